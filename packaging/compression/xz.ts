import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { inOrder } from "./in-order.ts";
import { type Compressed, pieces, unwatched } from "./pieces.ts";
import { xzBlockOf, xzIndexAndFooter, xzStreamHeader } from "./xz-container.ts";

/** Three times the dictionary of preset 6: what `xz -T` takes, and where more gains little. */
const blockSize = 24 * 1024 * 1024;
/** Each thread takes about 150 MB while it works on a block. */
const threads = 2;
/** Version of the liblzma in the locked node-liblzma; a test asks the library itself. */
export const liblzma = "5.8.4";

/**
 * Compressor, version and settings, as a recipe names them. It is the WebAssembly liblzma of node-liblzma, as fast as the native one and
 * part of the lockfile: the native binding takes the machine's own liblzma wherever its prebuilt file does not load.
 */
export const recipe = `xz: preset 6, crc64, blocks of ${blockSize}, liblzma ${liblzma} (wasm)`;

/** xz as one stream of blocks of a fixed size, two compressed at a time; the bytes do not depend on how many threads there are. */
export async function* xz(source: AsyncIterable<Uint8Array>, done: Compressed = unwatched): AsyncGenerator<Uint8Array> {
  const pool = new XzThreads();
  const index: { unpaddedSize: number; plainSize: number }[] = [];
  try {
    yield xzStreamHeader();
    const compressed = inOrder(pieces(source, blockSize), threads, async (piece) => {
      const plainSize = piece.length;
      const block = xzBlockOf(await pool.compress(piece), plainSize);
      done(plainSize);
      return block;
    });
    for await (const { bytes, unpaddedSize, plainSize } of compressed) {
      index.push({ unpaddedSize, plainSize });
      yield bytes;
    }
    yield xzIndexAndFooter(index);
  } finally {
    await pool.close();
  }
}

/** Worker threads, made when first needed and used again, one piece at a time each. */
class XzThreads {
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];

  /** Takes the piece over: its memory moves to the thread. */
  async compress(piece: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const worker = this.#idle.pop() ?? this.#start();
    worker.postMessage(piece, [piece.buffer]);
    const [answer] = (await once(worker, "message")) as [Uint8Array];
    this.#idle.push(worker);
    return answer;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  #start(): Worker {
    // Without the flags of this process: some, such as --input-type, are refused for a file.
    const worker = new Worker(new URL("./xz-worker.ts", import.meta.url), { execArgv: [] });
    this.#all.push(worker);
    return worker;
  }
}
