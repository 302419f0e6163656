import { ReadableStream } from "node:stream/web";
import { inOrder } from "./in-order.ts";
import { type Compressed, pieces, unwatched } from "./pieces.ts";
import { type XzBlock, xzBlockOf, xzIndexAndFooter, xzStreamHeader } from "./xz-container.ts";

/** A fifth faster than 6, which dpkg-deb takes, for less than a hundredth more. */
const preset = 5;
/** Twice the preset's dictionary. The last round leaves cores without work: the smaller the blocks, the shorter it is. */
const blockSize = 16 * 1024 * 1024;
/** What the encoder is handed at once. No influence on the bytes. */
const chunkSize = 64 * 1024;
/** Each takes about 140 MB besides its own bytes. */
const blocksAtOnce = 2;
/**
 * The encoder, as recipes and metadata name it; a test compares it with the lockfile. It comes compiled for each system, as
 * fast as native liblzma and one code on all of them. (npm has liblzma itself as WebAssembly only, which takes half as long
 * again, or bound to a C++ library that Debian 12 does not have.)
 */
export const encoder = "lzma-rust2 of @napi-rs/lzma 1.5.3";

/** Compressor, version and settings, as a recipe names them. */
export const recipe = `xz: preset ${preset}, crc64, blocks of ${blockSize}, ${encoder}`;

/** xz as one stream of blocks of a fixed size, two compressed at a time; the bytes do not depend on how many threads there are. */
export async function* xz(source: AsyncIterable<Uint8Array>, done: Compressed = unwatched): AsyncGenerator<Uint8Array> {
  const index: { unpaddedSize: number; plainSize: number }[] = [];
  yield xzStreamHeader();
  const compressed = inOrder(pieces(source, blockSize), blocksAtOnce, async (piece) => {
    const plainSize = piece.length;
    const block = await compressBlock(piece);
    done(plainSize);
    return block;
  });
  for await (const { bytes, unpaddedSize, plainSize } of compressed) {
    index.push({ unpaddedSize, plainSize });
    yield bytes;
  }
  yield xzIndexAndFooter(index);
}

/** In a stream the encoder takes another preset than 6, and works on a thread of its own. */
async function compressBlock(piece: Uint8Array<ArrayBuffer>): Promise<XzBlock> {
  const { length } = piece;
  // Loaded by the process that builds alone: to name the encoder in a recipe, nobody needs it.
  const { xz: lzma } = await import("@napi-rs/lzma");
  const chunks: Uint8Array[] = [];
  for await (const chunk of lzma.compressStream(chunksOf(piece), { preset })) chunks.push(chunk);
  // Gives the memory back now, not when the collector comes round to it.
  piece.buffer.transfer(0);
  return xzBlockOf(Buffer.concat(chunks), length);
}

function chunksOf(piece: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= piece.length) return controller.close();
      controller.enqueue(piece.subarray(at, at + chunkSize));
      at += chunkSize;
    },
  });
}
