import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { lockedNode } from "../packaging/locked-node.ts";

/** Where reading starts: past the headers and tables, in the machine code. */
const start = 40_000_000;

/**
 * Writes a payload of exactly `size` bytes: the locked Node's binary, read round and round. It compresses as programs do,
 * is the same wherever that Node is, and repeats itself too far away (127 MB) for any of the compressors to see.
 */
export async function writePayload(file: string, size: number): Promise<void> {
  const { file: node } = lockedNode();
  const { size: length } = await stat(node);
  async function* bytes(): AsyncGenerator<Buffer> {
    for (let at = Math.min(start, length - 1), missing = size; missing > 0; at = 0) {
      const end = Math.min(length, at + missing) - 1;
      yield* createReadStream(node, { start: at, end, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
      missing -= end + 1 - at;
    }
  }
  await pipeline(bytes, createWriteStream(file));
}
