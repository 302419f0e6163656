import { createZstdDecompress } from "node:zlib";
import { ByteSource } from "../containers/byte-source.ts";
import { damaged, throughStream } from "./through-stream.ts";

const magic = 0xfd2f_b528;
/** A decompressor is made for each frame: a file of nothing but empty frames must not take hours. */
const mostFrames = 100_000;
const dictionaryIdSizes = [0, 1, 2, 4] as const;
const contentSizeSizes = [0, 2, 4, 8] as const;

/**
 * zstd, one frame or several. Node's stream stops after the first one, so the frames are told apart here (RFC 8878, section
 * 3.1.1) and each is decompressed by itself. Skippable frames are refused: they would carry bytes that nobody sees.
 */
export async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = new ByteSource(source, "The zstd data");
  try {
    let frames = 0;
    do {
      frames += 1;
      if (frames > mostFrames) throw damaged("zstd", `it has more than ${mostFrames} frames`);
      yield* throughStream(createZstdDecompress(), frame(bytes), "zstd");
    } while (!(await bytes.atEnd()));
  } finally {
    await bytes.close();
  }
}

async function* frame(bytes: ByteSource): AsyncGenerator<Uint8Array> {
  const start = await bytes.bytes(5);
  if (start.readUInt32LE(0) !== magic) throw damaged("zstd", "a frame does not begin with the magic number");
  const descriptor = start.readUInt8(4);
  yield start;
  yield await bytes.bytes(headerSize(descriptor));
  for (let last = false; !last; ) {
    const header = await bytes.bytes(3);
    const value = header.readUIntLE(0, 3);
    last = value % 2 === 1;
    yield header;
    // Type 1 is one byte that is repeated; type 3 is refused by the decompressor.
    yield* bytes.stream(((value >> 1) & 3) === 1 ? 1 : value >> 3);
  }
  if ((descriptor & 4) !== 0) yield await bytes.bytes(4);
}

/** Bytes between the frame's descriptor and its first block: window, dictionary id, content size. */
function headerSize(descriptor: number): number {
  const singleSegment = (descriptor & 0x20) !== 0;
  const flag = descriptor >> 6;
  const contentSize = flag === 0 && singleSegment ? 1 : (contentSizeSizes[flag] ?? 0);
  return (singleSegment ? 0 : 1) + (dictionaryIdSizes[descriptor & 3] ?? 0) + contentSize;
}
