import { createHash } from "node:crypto";
import { asPromised, zlibLevel, zlibLibrary, zlibOf } from "./xar-data.ts";
import { algorithms, xarHeader } from "./xar-header.ts";
import { placeFiles, tocText, type XarFile } from "./xar-toc.ts";

/** Compressor and settings of the table of contents and of what is compressed file by file, as a recipe names them. */
export const xarRecipe = `xar: zlib level ${zlibLevel}, ${zlibLibrary}`;

/**
 * Writes a xar archive as a stream: header, compressed table of contents, and the heap with the table's SHA-1 and the files
 * in the order given. Every digest is known before the first byte, so nothing is held and nothing is written twice. `epoch`
 * is in seconds since 1970. What the format cannot express is refused as SLW-FORMAT before the first byte, data that are not
 * what was promised as SLW-BUILD.
 */
export async function* writeXar(files: readonly XarFile[], epoch: number): AsyncGenerator<Uint8Array> {
  const placed = placeFiles(files, algorithms.sha1.length);
  const text = Buffer.from(tocText(placed, epoch));
  const toc = zlibOf(text);
  yield xarHeader({ tocLength: toc.length, tocSize: text.length, algorithm: "sha1" });
  yield toc;
  yield createHash("sha1").update(toc).digest();
  for (const { path, data } of placed) yield* asPromised(data, path);
}
