import { blockSize, packBlock } from "./mszip.ts";
import { encodeDataHeader } from "./structures.ts";

/** Blocks that are packed in one go. It has no influence on the bytes: half a megabyte is a good errand for a thread. */
const blocksInRun = 16;
/** Plain bytes of every run but the last. */
export const runSize = blocksInRun * blockSize;

/** Plain bytes that follow each other: whole blocks, but for the last one of a folder. */
export interface PlainRun {
  /** Has the block before the run, where there is one, then the run. */
  readonly memory: Uint8Array<ArrayBuffer>;
  /** Where in the memory the run begins and ends. */
  readonly from: number;
  readonly to: number;
}

/** A run as the cabinet has it: each block packed, behind its header. */
export function packRun({ memory, from, to }: PlainRun): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  for (let at = from; at < to; at += blockSize) {
    const block = memory.subarray(at, Math.min(to, at + blockSize));
    const packed = packBlock(block, memory.subarray(Math.max(0, at - blockSize), at));
    parts.push(encodeDataHeader(packed, block.length), packed);
  }
  // Memory of its own, which can go to another thread; that of a small Buffer cannot.
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Cuts a stream into runs, each in memory of its own. */
export async function* plainRuns(source: AsyncIterable<Uint8Array>): AsyncGenerator<PlainRun> {
  const room = () => new Uint8Array(blockSize + runSize);
  let memory = room();
  let [from, to] = [0, 0];
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + from + runSize - to);
      memory.set(part, to);
      at += part.length;
      to += part.length;
      if (to < from + runSize) continue;
      const next = room();
      next.set(memory.subarray(to - blockSize, to));
      yield { memory, from, to };
      memory = next;
      from = blockSize;
      to = blockSize;
    }
  }
  if (to > from) yield { memory, from, to };
}
