/** Code pages by their numbers: those that are written here, and 0, which means that all text is ASCII. */
export const westernEuropean = 1252;
export const utf8 = 65_001;
export type CodePage = typeof westernEuropean | typeof utf8;

/** The letters that Latin-1 and code page 1252 have in common. */
const common = /^[\0-\x7f\xa0-\xff]*$/;

/** Code page 1252 where it has all of the text: Windows Installer knows UTF-8 since it may be chosen, but prefers it not. */
export function codePageFor(texts: Iterable<string>): CodePage {
  for (const text of texts) if (!common.test(text)) return utf8;
  return westernEuropean;
}

/** Text that `codePageFor` found the page for. */
export function encodeText(text: string, codePage: CodePage): Buffer {
  return Buffer.from(text, codePage === utf8 ? "utf8" : "latin1");
}

const decoders = new Map([
  [0, new TextDecoder("windows-1252", { fatal: true })],
  [westernEuropean, new TextDecoder("windows-1252", { fatal: true })],
  [utf8, new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })],
]);

/** Whether text of this code page is read here. */
export function isKnownCodePage(codePage: number): boolean {
  return decoders.has(codePage);
}

/** Undefined where the bytes are no text of the code page, or it is not known here. */
export function decodeText(bytes: Uint8Array, codePage: number): string | undefined {
  try {
    return decoders.get(codePage)?.decode(bytes);
  } catch {
    return undefined;
  }
}
