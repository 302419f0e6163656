import { byBytes } from "../../../byte-order.ts";
import { type CodePage, codePageFor, encodeText } from "./code-page.ts";
import { shown, unwritable } from "./damaged.ts";

/** Bytes of a reference to a string: the number of the string, 0 for none. */
export type ReferenceWidth = 2 | 3;

/** Set in the pool's first word when references have three bytes. */
export const longReferences = 0x8000_0000;
export const mostShort = 0xffff;

/** All strings of a database, each once, numbered from 1 in the order of their bytes. */
export interface StringPool {
  readonly codePage: CodePage;
  readonly width: ReferenceWidth;
  idOf(text: string): number;
  /** The streams `_StringPool` and `_StringData`. */
  encode(): { readonly pool: Buffer; readonly data: Buffer };
}

/**
 * The pool of all these uses: `uses` has a string as often as cells have it, for the installer compares each count with the
 * cells. Refuses (SLW-FORMAT) text that is none, and a string that is used more often than a count can say.
 */
export function stringPool(uses: Iterable<string>): StringPool {
  const counts = new Map<string, number>();
  for (const text of uses) counts.set(text, (counts.get(text) ?? 0) + 1);
  const texts = [...counts.keys()].sort(byBytes);
  for (const [text, count] of counts) {
    const refuse = (what: string) => unwritable(`the text ${shown(text)} ${what}`);
    if (!text.isWellFormed() || text.includes("\0")) throw refuse("is no valid text");
    if (count > mostShort) throw refuse(`is used ${count} times, and ${mostShort} are possible`);
  }
  const ids = new Map(texts.map((text, at) => [text, at + 1]));
  const codePage = codePageFor(texts);
  const width = texts.length > mostShort ? 3 : 2;
  return {
    codePage,
    width,
    idOf: (text) => ids.get(text) ?? 0,
    encode: () => {
      const encoded = texts.map((text) => encodeText(text, codePage));
      const entries = encoded.map((bytes, at) => poolEntry(bytes.length, counts.get(texts[at] ?? "") ?? 0));
      const first = Buffer.alloc(4);
      first.writeUInt32LE((width === 3 ? longReferences : 0) + codePage);
      return { pool: Buffer.concat([first, ...entries]), data: Buffer.concat(encoded) };
    },
  };
}

/** Length and uses; a length of more than two bytes follows in an entry of its own. */
function poolEntry(length: number, uses: number): Buffer {
  const isLong = length > mostShort;
  const bytes = Buffer.alloc(isLong ? 8 : 4);
  bytes.writeUInt16LE(isLong ? 0 : length, 0);
  bytes.writeUInt16LE(uses, 2);
  if (isLong) bytes.writeUInt32LE(length, 4);
  return bytes;
}
