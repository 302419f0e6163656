import { createHash } from "node:crypto";
import { deflate } from "pako";
import { exactly } from "../../containers/member-content.ts";
import { refusal } from "../../errors.ts";

/** A file's bytes for a xar archive, as they are stored. All numbers are known before: they stand before the bytes. */
export interface XarData {
  readonly encoding: "stored" | "zlib";
  /** Bytes of the file as unpacked. */
  readonly size: number;
  /** Bytes in the archive. */
  readonly length: number;
  /** SHA-1 of the file as unpacked and of the bytes in the archive, lower-case hex. */
  readonly extractedSha1: string;
  readonly archivedSha1: string;
  /** The bytes in the archive; called once for each writing. */
  content(): AsyncIterable<Uint8Array>;
}

/** pako, whose bytes are the same on every Node and processor; a recipe names it. A test asks for what is installed. */
export const zlibLibrary = "pako 3.0.3";
export const zlibLevel = 9;

/** Few bytes as a zlib stream (RFC 1950), which is what xar calls application/x-gzip. */
export function zlibOf(bytes: Uint8Array): Uint8Array {
  return deflate(bytes, { level: zlibLevel });
}

/** A few bytes, compressed. */
export function zlibData(bytes: Uint8Array): XarData {
  const packed = zlibOf(bytes);
  return {
    encoding: "zlib",
    size: bytes.length,
    length: packed.length,
    extractedSha1: sha1(bytes),
    archivedSha1: sha1(packed),
    async *content() {
      yield packed;
    },
  };
}

/** What is compressed already, of any size: stored as it is. */
export function storedData(
  { size, sha1 }: { readonly size: number; readonly sha1: string },
  content: () => AsyncIterable<Uint8Array>,
): XarData {
  return { encoding: "stored", size, length: size, extractedSha1: sha1, archivedSha1: sha1, content };
}

/** The bytes in the archive, held against what the table of contents has promised; else refused as SLW-BUILD. */
export async function* asPromised(data: XarData, path: string): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha1");
  for await (const chunk of exactly(data.content(), data.length, path)) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("hex") === data.archivedSha1) return;
  throw refusal("SLW-BUILD", `${path} changed while it was packed: it has other bytes than before.`, {
    hint: "Run the build again when nothing writes to the file.",
  });
}

export function sha1(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}
