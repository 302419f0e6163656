import {
  code,
  decoderInit,
  end,
  getModule,
  initModule,
  LZMA_BUF_ERROR,
  LZMA_OK,
  LZMA_RUN,
  LZMA_STREAM_END,
  WasmLzmaStream,
} from "node-liblzma/wasm";
import { damaged } from "./through-stream.ts";

/** What the largest preset's dictionary of 64 MiB takes, and a little: no file makes the decoder take more. */
const memoryLimit = 80 * 1024 * 1024;
const inputSize = 64 * 1024;
const outputSize = 256 * 1024;

/** xz, one stream. What follows it is refused. */
export async function* unxz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  await initModule();
  const decoder = new XzDecoder();
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += inputSize) yield* decoder.decode(chunk.subarray(at, at + inputSize));
    }
    if (!decoder.ended) throw damaged("xz", "unexpected end of file");
  } finally {
    decoder.free();
  }
}

/** liblzma's decoder with its buffers in WebAssembly's memory, which may move whenever it grows. */
class XzDecoder {
  readonly #lzma = getModule();
  readonly #input = this.#lzma._malloc(inputSize);
  readonly #output = this.#lzma._malloc(outputSize);
  readonly #stream = new WasmLzmaStream(this.#lzma);
  ended = false;

  constructor() {
    decoderInit(this.#stream, memoryLimit);
  }

  *decode(piece: Uint8Array): Generator<Uint8Array> {
    this.#lzma.HEAPU8.set(piece, this.#input);
    this.#stream.setInput(this.#input, piece.length);
    for (let full = false; full || this.#stream.availIn > 0; ) {
      if (this.ended) throw damaged("xz", "bytes follow its end");
      this.#stream.setOutput(this.#output, outputSize);
      const status = code(this.#stream, LZMA_RUN);
      if (status === LZMA_STREAM_END) this.ended = true;
      else if (status !== LZMA_OK && status !== LZMA_BUF_ERROR)
        throw damaged("xz", reasons.get(status) ?? reason(status));
      const filled = outputSize - this.#stream.availOut;
      full = filled === outputSize && !this.ended;
      if (filled > 0) yield this.#lzma.HEAPU8.slice(this.#output, this.#output + filled);
    }
  }

  free(): void {
    end(this.#stream);
    this.#stream.free();
    this.#lzma._free(this.#input);
    this.#lzma._free(this.#output);
  }
}

/** lzma/base.h, lzma_ret. */
const reasons: ReadonlyMap<number, string> = new Map([
  [5, "not enough memory"],
  [6, "it needs more memory than any preset of xz"],
  [7, "it is no xz file"],
  [8, "it uses options that are not supported"],
  [9, "it is damaged"],
]);

function reason(status: number): string {
  return `liblzma answers with status ${status}`;
}
