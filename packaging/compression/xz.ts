import { xz as lzma } from "@napi-rs/lzma";
import { inOrder } from "./in-order.ts";
import { type Compressed, pieces, unwatched } from "./pieces.ts";
import { type XzBlock, xzBlockOf, xzIndexAndFooter, xzStreamHeader } from "./xz-container.ts";

/** Three times the dictionary of preset 6: what `xz -T` and dpkg-deb take, and where more gains little. */
const blockSize = 24 * 1024 * 1024;
/** Each takes about 140 MB besides its own bytes. */
const blocksAtOnce = 2;
/**
 * The encoder, as recipes and metadata name it; a test compares it with the lockfile. It comes compiled for each system, as
 * fast as native liblzma and one code on all of them. (npm has liblzma itself as WebAssembly only, which takes half as long
 * again, or bound to a C++ library that Debian 12 does not have.)
 */
export const encoder = "lzma-rust2 of @napi-rs/lzma 1.5.3";

/** Compressor, version and settings, as a recipe names them. */
export const recipe = `xz: preset 6, crc64, blocks of ${blockSize}, ${encoder}`;

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

/** Its preset for whole pieces is 6, and no other; it works on libuv's threads. */
async function compressBlock(piece: Uint8Array<ArrayBuffer>): Promise<XzBlock> {
  const { length } = piece;
  const file = await lzma.compress(piece);
  // Gives the memory back now, not when the collector comes round to it.
  piece.buffer.transfer(0);
  return xzBlockOf(file, length);
}
