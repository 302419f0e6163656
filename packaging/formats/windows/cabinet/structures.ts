import { damaged } from "./damaged.ts";
import type { DosTime } from "./dos-time.ts";

/** The fixed parts of a cabinet: MS-CAB, section 2. */

export const headerSize = 36;
export const folderSize = 8;
export const fileSize = 16;
export const dataHeaderSize = 8;
/** Both counts, and the blocks of a folder, have two bytes. */
export const mostOfAnything = 0xffff;
export const longestName = 255;

const signature = "MSCF";
const mszip = 1;
const archiveAttribute = 0x20;
const utf8NameAttribute = 0x80;

export interface CabinetHeader {
  readonly size: number;
  readonly filesAt: number;
  readonly folders: number;
  readonly files: number;
}

export function encodeCabinetHeader({ size, filesAt, folders, files }: CabinetHeader): Buffer {
  const bytes = Buffer.alloc(headerSize);
  bytes.write(signature, "latin1");
  bytes.writeUInt32LE(size, 8);
  bytes.writeUInt32LE(filesAt, 16);
  bytes.set([3, 1], 24);
  bytes.writeUInt16LE(folders, 26);
  bytes.writeUInt16LE(files, 28);
  return bytes;
}

/** Refuses what is no cabinet, is one of a set, or keeps room for what nobody here reads. */
export function parseCabinetHeader(bytes: Buffer): CabinetHeader {
  if (bytes.toString("latin1", 0, 4) !== signature) throw damaged("it does not start with MSCF");
  if (bytes.readUInt8(25) !== 1 || bytes.readUInt8(24) !== 3) throw damaged("its version is not 1.3");
  if (bytes.readUInt16LE(30) !== 0) throw damaged("it is one of a set, or has reserved areas");
  return {
    size: bytes.readUInt32LE(8),
    filesAt: bytes.readUInt32LE(16),
    folders: bytes.readUInt16LE(26),
    files: bytes.readUInt16LE(28),
  };
}

/** A folder is one run of compressed blocks. */
export interface CabinetFolder {
  readonly dataAt: number;
  readonly blocks: number;
}

export function encodeFolder({ dataAt, blocks }: CabinetFolder): Buffer {
  const bytes = Buffer.alloc(folderSize);
  bytes.writeUInt32LE(dataAt, 0);
  bytes.writeUInt16LE(blocks, 4);
  bytes.writeUInt16LE(mszip, 6);
  return bytes;
}

export function parseFolder(bytes: Buffer): CabinetFolder {
  if (bytes.readUInt16LE(6) !== mszip) throw damaged("a folder is not compressed by MSZIP");
  return { dataAt: bytes.readUInt32LE(0), blocks: bytes.readUInt16LE(4) };
}

export interface CabinetFile extends DosTime {
  readonly name: string;
  readonly size: number;
  /** Where its first byte is in the plain bytes of its folder. */
  readonly offset: number;
  readonly folder: number;
}

/** The name is ASCII. */
export function encodeFile({ name, size, offset, folder, date, time }: CabinetFile): Buffer {
  const bytes = Buffer.alloc(fileSize + name.length + 1);
  bytes.writeUInt32LE(size, 0);
  bytes.writeUInt32LE(offset, 4);
  bytes.writeUInt16LE(folder, 8);
  bytes.writeUInt16LE(date, 10);
  bytes.writeUInt16LE(time, 12);
  bytes.writeUInt16LE(archiveAttribute, 14);
  bytes.write(name, fileSize, "latin1");
  return bytes;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The entry at `at`, and where the next one begins. */
export function parseFile(table: Buffer, at: number): { readonly file: CabinetFile; readonly next: number } {
  const nameAt = at + fileSize;
  const end = table.subarray(0, nameAt + longestName + 1).indexOf(0, nameAt);
  if (nameAt > table.length || end === -1) throw damaged("its list of files ends early, or a name is too long");
  const isUtf8 = (table.readUInt16LE(at + 14) & utf8NameAttribute) !== 0;
  const file = {
    name: decodeName(table.subarray(nameAt, end), isUtf8),
    size: table.readUInt32LE(at),
    offset: table.readUInt32LE(at + 4),
    folder: table.readUInt16LE(at + 8),
    date: table.readUInt16LE(at + 10),
    time: table.readUInt16LE(at + 12),
  };
  return { file, next: end + 1 };
}

function decodeName(bytes: Buffer, isUtf8: boolean): string {
  if (!isUtf8 && bytes.some((byte) => byte > 0x7f)) throw damaged("a name is in a code page that it does not tell");
  try {
    return utf8.decode(bytes);
  } catch {
    throw damaged("a name is not UTF-8");
  }
}

/** A block's header, with the checksum over the rest of it and its data (MS-CAB, section 3.1). */
export function encodeDataHeader(packed: Buffer, plainSize: number): Buffer {
  const bytes = Buffer.alloc(dataHeaderSize);
  bytes.writeUInt16LE(packed.length, 4);
  bytes.writeUInt16LE(plainSize, 6);
  bytes.writeUInt32LE(checksum(bytes.subarray(4), checksum(packed, 0)), 0);
  return bytes;
}

/** The exclusive or of all words; what is left at the end is a word with its bytes the other way round. */
export function checksum(bytes: Buffer, seed: number): number {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let sum = seed;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) sum ^= words.getUint32(at, true);
  if (at < bytes.length) sum ^= bytes.readUIntBE(at, bytes.length - at);
  return sum >>> 0;
}
