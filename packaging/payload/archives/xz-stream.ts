import { setImmediate as turn } from "node:timers/promises";
import {
  code,
  decoderInit,
  end,
  getModule,
  initModule,
  LZMA_OK,
  LZMA_RUN,
  LZMA_STREAM_END,
  WasmLzmaStream,
} from "node-liblzma/wasm";
import { ArchiveProblem } from "./archive-problem.ts";

const sliceSize = 1 << 20;
/** Preset 9 needs 65 MiB to unpack; what asks for more was made to take memory. */
const memoryLimit = 128 << 20;
/** LZMA_MEMLIMIT_ERROR (lzma/base.h). */
const memoryError = 6;

/**
 * Gives the plain bytes of one xz stream, and returns how many bytes it took of `source`. It works on this thread, a
 * slice at a time: a payload is unpacked once and kept.
 */
export async function* readXz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, number> {
  await initModule();
  const lzma = getModule();
  const input = lzma._malloc(sliceSize);
  const output = lzma._malloc(sliceSize);
  const stream = new WasmLzmaStream(lzma);
  let taken = 0;
  try {
    decoderInit(stream, memoryLimit);
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; ) {
        const slice = chunk.subarray(at, at + sliceSize);
        lzma.HEAPU8.set(slice, input);
        stream.setInput(input, slice.length);
        do {
          stream.setOutput(output, sliceSize);
          const status = code(stream, LZMA_RUN);
          if (status !== LZMA_OK && status !== LZMA_STREAM_END) throw damaged(status);
          const produced = sliceSize - stream.availOut;
          if (produced > 0) yield lzma.HEAPU8.slice(output, output + produced);
          if (status === LZMA_STREAM_END) return taken + slice.length - stream.availIn;
        } while (stream.availIn > 0 || stream.availOut === 0);
        at += slice.length;
        taken += slice.length;
        await turn();
      }
    }
    throw new ArchiveProblem("is cut short");
  } finally {
    end(stream);
    stream.free();
    lzma._free(input);
    lzma._free(output);
  }
}

function damaged(status: number): ArchiveProblem {
  if (status === memoryError)
    return new ArchiveProblem(`needs more than ${memoryLimit >> 20} MiB of memory to unpack its xz stream`);
  return new ArchiveProblem(`is damaged: its xz stream cannot be read (liblzma answers ${status})`);
}
