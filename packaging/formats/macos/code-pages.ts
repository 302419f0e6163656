import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { fileRange } from "../../containers/file-range.ts";
import type { CodeSignature } from "./code-signature.ts";

/**
 * Whether the pages of a slice are still those that its signature has digests of: a file that is changed after it was signed,
 * by `strip` for example, is ended by macOS when it runs. Reads the slice once.
 */
export async function isSignedCode(
  file: FileHandle,
  slice: { readonly offset: number; readonly size: number },
  { directory }: CodeSignature,
): Promise<boolean> {
  const { digest, codeLimit, pageSize, pages } = directory;
  if (codeLimit > slice.size) return false;
  let [page, left] = [0, Math.min(pageSize, codeLimit)];
  let hash = createHash(digest.algorithm);
  for await (const chunk of fileRange(file, slice.offset, slice.offset + codeLimit)) {
    for (let at = 0; at < chunk.length; ) {
      const length = Math.min(left, chunk.length - at);
      hash.update(chunk.subarray(at, at + length));
      at += length;
      left -= length;
      if (left > 0) continue;
      const expected = pages.subarray(page * digest.size, (page + 1) * digest.size);
      if (!hash.digest().subarray(0, digest.size).equals(expected)) return false;
      page += 1;
      left = Math.min(pageSize, codeLimit - page * pageSize);
      hash = createHash(digest.algorithm);
    }
  }
  return page * digest.size === pages.length;
}
