import { parentPort } from "node:worker_threads";
import {
  code,
  encoderInit,
  end,
  getModule,
  initModule,
  LZMA_FINISH,
  LZMA_OK,
  LZMA_RUN,
  LZMA_STREAM_END,
  WasmLzmaStream,
} from "node-liblzma/wasm";

/** Compresses one piece after the other on its own thread; each answer is a whole .xz file of one block. */

const preset = 6;
/** The piece enters WebAssembly's memory in slices: that memory grows and is never given back. */
const sliceSize = 1024 * 1024;

const port = parentPort;
if (port === null) throw new Error("xz-worker runs as a worker thread only");

await initModule();
const lzma = getModule();
const input = lzma._malloc(sliceSize);
const output = lzma._malloc(sliceSize);

port.on("message", (piece: Uint8Array<ArrayBuffer>) => {
  const file = new Uint8Array(Buffer.concat([...compress(piece)]));
  // Gives the memory back now, not when the collector comes round to it.
  piece.buffer.transfer(0);
  port.postMessage(file, [file.buffer]);
});

function* compress(piece: Uint8Array): Generator<Uint8Array> {
  const stream = new WasmLzmaStream(lzma);
  encoderInit(stream, preset);
  try {
    for (let at = 0; at < piece.length; at += sliceSize) {
      const slice = piece.subarray(at, at + sliceSize);
      lzma.HEAPU8.set(slice, input);
      stream.setInput(input, slice.length);
      while (stream.availIn > 0) yield run(stream, LZMA_RUN).bytes;
    }
    for (let done = false; !done; ) {
      const step = run(stream, LZMA_FINISH);
      done = step.done;
      yield step.bytes;
    }
  } finally {
    end(stream);
    stream.free();
  }
}

function run(stream: WasmLzmaStream, action: number): { readonly bytes: Uint8Array; readonly done: boolean } {
  stream.setOutput(output, sliceSize);
  const status = code(stream, action);
  if (status !== LZMA_OK && status !== LZMA_STREAM_END) throw new Error(`liblzma answers with status ${status}`);
  const bytes = lzma.HEAPU8.slice(output, output + sliceSize - stream.availOut);
  return { bytes, done: status === LZMA_STREAM_END };
}
