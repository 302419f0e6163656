import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { constants, createZstdCompress, type ZstdCompress, zstdCompress } from "node:zlib";
import { inOrder } from "./in-order.ts";
import { type Compressed, oneAhead, pieces, unwatched } from "./pieces.ts";

/** Several frames at a time: level 9 is a tenth smaller than 3, and the cores are there. */
const framesLevel = 9;
/** As nfpm has it. dpkg's own default is 19, which takes twenty times as long. */
const singleFrameLevel = 3;
const frameSize = 8 * 1024 * 1024;
/** zstd's own threads share one frame: each takes a job of this size, and looks back into the one before. */
const jobSize = 4 * 1024 * 1024;
const jobsAtOnce = Math.min(4, availableParallelism());
/** Each write is several jobs, and flushed. */
const writeSize = 4 * jobSize;
/** Each chunk of output is a way to another thread and back; Node's 16 KiB would be thousands of them. No influence on the bytes. */
const chunkSize = 256 * 1024;
const frameChunkSize = 1024 * 1024;
/** libuv compresses on four threads; the bytes do not depend on how many are used. */
const framesAtOnce = Math.min(4, availableParallelism()) + 1;

/** Compressor and settings, as a recipe names them. The version of zstd is that of the Node that builds. */
export function framesRecipe(buildNode: string): string {
  return `zstd: level ${framesLevel}, checksums, zstd of Node ${buildNode}, frames of ${frameSize}`;
}

export function singleFrameRecipe(buildNode: string): string {
  return `zstd: level ${singleFrameLevel}, checksums, zstd of Node ${buildNode}, one frame, jobs of ${jobSize}, written by ${writeSize}`;
}

function settings(level: number) {
  return { params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 } };
}

const compress = promisify(zstdCompress);

async function compressFrame(piece: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const frame = await compress(piece, { ...settings(framesLevel), chunkSize: frameChunkSize });
  // Gives the memory back now, not when the collector comes round to it.
  piece.buffer.transfer(0);
  return frame;
}

/**
 * zstd as a row of frames, each of a fixed piece of the input, several compressed at a time. For files that any zstd reads
 * (`.tar.zst`); dpkg 1.21 reads the first frame of a member only, so not for `.deb`.
 */
export async function* zstdFrames(
  source: AsyncIterable<Uint8Array>,
  done: Compressed = unwatched,
): AsyncGenerator<Uint8Array> {
  let frames = 0;
  const compressed = inOrder(pieces(source, frameSize), framesAtOnce, async (piece) => {
    const plainSize = piece.length;
    const frame = await compressFrame(piece);
    done(plainSize);
    return frame;
  });
  for await (const frame of compressed) {
    frames += 1;
    yield frame;
  }
  if (frames === 0) yield await compressFrame(new Uint8Array(0));
}

/**
 * zstd as exactly one frame. zstd's threads change nothing in the bytes, however many there are. Node loses input that they
 * have not taken yet (nodejs/node#59899), unless each write is a flush, which zstd carries out to its end. Node's stream is
 * handed one write at a time, and its end only when nothing is waiting: else the last write is finished as a frame of its
 * own and its end as another, depending on timing (nodejs/node#66078).
 */
export async function* zstdSingleFrame(
  source: AsyncIterable<Uint8Array>,
  done: Compressed = unwatched,
): AsyncGenerator<Uint8Array> {
  const { params } = settings(singleFrameLevel);
  const jobs = { [constants.ZSTD_c_nbWorkers]: jobsAtOnce, [constants.ZSTD_c_jobSize]: jobSize };
  const stream = createZstdCompress({ params: { ...params, ...jobs }, flush: constants.ZSTD_e_flush, chunkSize });
  const feeding = feed(stream, source, done).catch((error: unknown) => {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk;
  } finally {
    stream.destroy();
    await feeding;
  }
}

async function feed(stream: ZstdCompress, source: AsyncIterable<Uint8Array>, done: Compressed): Promise<void> {
  // One is compressed while the other is filled: new memory for each would cost more than the reading.
  for await (const piece of oneAhead(pieces(source, writeSize, 2))) {
    await written(stream, piece);
    done(piece.length);
  }
  stream.end();
}

function written(stream: ZstdCompress, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    // A stream that is destroyed while its output is full never comes back to this write.
    const closed = () => reject(new Error("the compressor was closed"));
    stream.once("close", closed);
    stream.write(piece, (error) => {
      stream.off("close", closed);
      if (error) reject(error);
      else resolve();
    });
  });
}
