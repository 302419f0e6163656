import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { initModule, unxzAsync } from "node-liblzma/wasm";
import { readAr } from "../../packaging/containers/ar-reader.ts";
import { collect } from "../../packaging/containers/member-content.ts";
import { type Needles, needlesOf, type PrivateKey, unspaced } from "./encodings.ts";

/** Looks for private keys in bytes, texts and folders, inside compressed files and packages too. */
export class SecretScan {
  readonly #needles: readonly Needles[];
  /** How many bytes were searched, unpacked ones included: a scan of nothing finds nothing. */
  searched = 0;

  constructor(keys: readonly PrivateKey[]) {
    this.#needles = keys.map(needlesOf);
  }

  /** What is found, as `place: key, encoding`. */
  async bytes(place: string, bytes: Buffer): Promise<readonly string[]> {
    const found = this.#plain(place, bytes);
    for (const { name, content } of await contentsOf(bytes))
      found.push(...(await this.bytes(`${place} ${name}`, content)));
    return found;
  }

  text(place: string, text: string): Promise<readonly string[]> {
    return this.bytes(place, Buffer.from(text));
  }

  /** All files below a folder but those whose relative path is `except`. */
  async folder(folder: string, except: readonly string[] = []): Promise<readonly string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const found: string[] = [];
    for (const entry of entries.filter((candidate) => candidate.isFile())) {
      const file = join(entry.parentPath, entry.name);
      const place = relative(folder, file);
      if (!except.includes(place)) found.push(...(await this.bytes(place, await readFile(file))));
    }
    return found.sort();
  }

  #plain(place: string, bytes: Buffer): string[] {
    this.searched += bytes.length;
    // JSON writes line ends as \n, and base64 in some JSON has its slashes escaped.
    const text = unspaced(bytes.toString("latin1"));
    // Hex with separators: 30:2e:02, and <Buffer 30 2e 02> by what is above.
    const lowerCase = text.toLowerCase();
    const withoutColons = lowerCase.replaceAll(":", "");
    return this.#needles.flatMap((needles) =>
      [
        ...hits(needles.bytes, (needle) => bytes.includes(needle)),
        ...hits(needles.text, (needle) => text.includes(needle)),
        ...hits(needles.lowerCase, (needle) => lowerCase.includes(needle) || withoutColons.includes(needle)),
      ].map((encoding) => `${place}: ${needles.key}, ${encoding}`),
    );
  }
}

function hits<Needle>(needles: ReadonlyMap<string, Needle>, isThere: (needle: Needle) => boolean): string[] {
  return [...needles].filter(([, needle]) => isThere(needle)).map(([encoding]) => encoding);
}

/** What is inside a compressed file or an ar archive; nothing for other files. Tar archives hold their files in clear. */
async function contentsOf(bytes: Buffer): Promise<readonly { readonly name: string; readonly content: Buffer }[]> {
  const begins = (magic: string) => bytes.subarray(0, magic.length / 2).toString("hex") === magic;
  if (begins("1f8b08")) return [{ name: "(gzip)", content: gunzipSync(bytes) }];
  if (begins("28b52ffd")) return [{ name: "(zstd)", content: zstdDecompressSync(bytes) }];
  if (begins("fd377a585a00")) {
    await initModule();
    return [{ name: "(xz)", content: Buffer.from(await unxzAsync(bytes)) }];
  }
  if (!begins(Buffer.from("!<arch>\n").toString("hex"))) return [];
  const members: { name: string; content: Buffer }[] = [];
  for await (const { name, content } of readAr(chunksOf(bytes))) {
    members.push({ name, content: await collect(content) });
  }
  return members;
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
