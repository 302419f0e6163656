import { crc32 } from "node:zlib";
import { refusal } from "../errors.ts";

/** The .xz file format 1.2.1: one stream of independent blocks, put together from blocks that were made side by side. */

const checkSize = 8; // CRC64
const streamFlags = Buffer.from([0, 4]); // check: CRC64
const streamHeaderSize = 12;
const footerSize = 12;

/** A finished block and what the index says of it. */
export interface XzBlock {
  readonly bytes: Uint8Array;
  /** Size of the block without its padding. */
  readonly unpaddedSize: number;
  readonly plainSize: number;
}

/** Section 2.1.1. */
export function xzStreamHeader(): Buffer {
  return Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), streamFlags, checksum(streamFlags)]);
}

/** Index and stream footer, sections 4 and 2.1.2. */
export function xzIndexAndFooter(blocks: readonly Omit<XzBlock, "bytes">[]): Buffer {
  const records = blocks.flatMap(({ unpaddedSize, plainSize }) => [varint(unpaddedSize), varint(plainSize)]);
  const unpadded = Buffer.concat([Buffer.from([0]), varint(blocks.length), ...records]);
  const index = Buffer.concat([unpadded, zeros(unpadded.length)]);
  const backward = Buffer.alloc(4);
  backward.writeUInt32LE((index.length + 4) / 4 - 1);
  const footer = Buffer.concat([backward, streamFlags]);
  return Buffer.concat([index, checksum(index), checksum(footer), footer, Buffer.from("YZ")]);
}

/**
 * Takes the one block out of a whole .xz file, as encoders make it that read a stream, and gives its header the two sizes that
 * the encoder could not know: with them a reader can decode the blocks of a file side by side (section 3.1).
 */
export function xzBlockOf(file: Uint8Array, plainSize: number): XzBlock {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const oldHeaderSize = ((bytes[streamHeaderSize] ?? 0) + 1) * 4;
  const oldHeader = bytes.subarray(streamHeaderSize, streamHeaderSize + oldHeaderSize);
  const indexSize = (bytes.readUInt32LE(bytes.length - 8) + 1) * 4;
  const indexAt = bytes.length - footerSize - indexSize;
  const index = bytes.subarray(indexAt, indexAt + indexSize);
  const unpadded = readVarint(index, 2);
  if (oldHeader[1] !== 0 || index[0] !== 0 || index[1] !== 1) throw unexpected("not one plain block");

  const dataAt = streamHeaderSize + oldHeaderSize;
  const dataSize = unpadded - oldHeaderSize - checkSize;
  const header = blockHeader(dataSize, plainSize, oldHeader.subarray(2, 5));
  // The data, its padding to four bytes, and the check are contiguous and end where the index begins.
  const rest = bytes.subarray(dataAt, indexAt);
  if (rest.length !== dataSize + zeros(dataSize).length + checkSize) throw unexpected("sizes that do not add up");
  return { bytes: Buffer.concat([header, rest]), unpaddedSize: header.length + dataSize + checkSize, plainSize };
}

/** One filter (LZMA2, whose flags are taken over), both sizes present. */
function blockHeader(dataSize: number, plainSize: number, filter: Uint8Array): Buffer {
  const bothSizes = 0xc0;
  const fields = Buffer.concat([Buffer.from([bothSizes]), varint(dataSize), varint(plainSize), filter]);
  const size = Math.ceil((1 + fields.length + 4) / 4) * 4;
  const header = Buffer.alloc(size - 4);
  header[0] = size / 4 - 1;
  header.set(fields, 1);
  return Buffer.concat([header, checksum(header)]);
}

function checksum(bytes: Uint8Array): Buffer {
  const value = Buffer.alloc(4);
  value.writeUInt32LE(crc32(bytes));
  return value;
}

/** Seven bits a byte, least first (section 1.2). */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

function readVarint(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let index = 0; index < 7; index += 1) {
    const byte = bytes[at + index] ?? 0;
    value += (byte % 0x80) * 0x80 ** index;
    if (byte < 0x80) return value;
  }
  throw unexpected("an endless number");
}

function zeros(size: number): Buffer {
  return Buffer.alloc((4 - (size % 4)) % 4);
}

function unexpected(what: string): Error {
  return refusal("SLW-BUILD", `The xz encoder gave ${what} where one block was expected.`);
}
