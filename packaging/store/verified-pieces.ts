import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { refusal } from "../errors.ts";
import type { FileBytes } from "./store.ts";

/**
 * The bytes of a file in pieces, so that memory stays flat whatever the size. The last piece is given only once all were the
 * promised ones, so that whoever needs them all gets too few of a file that holds other bytes.
 * @throws SlipwayError SLW-STORE where it does, naming the object `path` that it was to become.
 */
export async function* verifiedPieces(promised: FileBytes, path: string): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let size = 0;
  let held: Buffer | undefined;
  const pieces = createReadStream(promised.file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
  for await (const piece of pieces) {
    hash.update(piece);
    size += piece.length;
    if (size > promised.size) break;
    if (held !== undefined) yield held;
    held = piece;
  }
  const found = hash.digest("hex");
  if (size === promised.size && found === promised.sha256) {
    if (held !== undefined) yield held;
    return;
  }
  const what = size > promised.size ? `more than ${promised.size} bytes` : `${size} bytes with SHA-256 ${found}`;
  throw refusal(
    "SLW-STORE",
    `${path} was to be written as ${promised.size} bytes with SHA-256 ${promised.sha256}, but its source gave ${what}; ` +
      "nothing was written.",
    { hint: "The source changed after it was built or verified. Run again: what is damaged is built anew." },
  );
}
