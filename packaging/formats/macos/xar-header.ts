import { refusal } from "../../errors.ts";

/** What stands before the compressed table of contents of a xar archive (xar's own header, include/xar.h). */
export interface XarHeader {
  /** Bytes of the table of contents as stored, compressed by zlib. */
  readonly tocLength: number;
  /** Bytes of its text. */
  readonly tocSize: number;
  readonly algorithm: XarAlgorithm;
}

/** Checksums of xar that are read; ours are of SHA-1, which every reader knows (libarchive knows no other that is sound). */
export type XarAlgorithm = keyof typeof algorithms;

export const headerSize = 28;

/** Number in the header and length of the digest in bytes. Names are those of `style` in the table and of node:crypto. */
export const algorithms = {
  sha1: { number: 1, length: 20 },
  sha256: { number: 3, length: 32 },
  sha512: { number: 4, length: 64 },
} as const;

const magic = 0x78617221;
const version = 1;

export function isXarAlgorithm(name: string | undefined): name is XarAlgorithm {
  return name !== undefined && Object.hasOwn(algorithms, name);
}

export function xarHeader({ tocLength, tocSize, algorithm }: XarHeader): Buffer {
  const bytes = Buffer.alloc(headerSize);
  bytes.writeUInt32BE(magic, 0);
  bytes.writeUInt16BE(headerSize, 4);
  bytes.writeUInt16BE(version, 6);
  bytes.writeBigUInt64BE(BigInt(tocLength), 8);
  bytes.writeBigUInt64BE(BigInt(tocSize), 16);
  bytes.writeUInt32BE(algorithms[algorithm].number, 24);
  return bytes;
}

/** Reads the header from the first bytes of a file; what is no xar archive that is read here is refused as SLW-FORMAT. */
export function parseXarHeader(bytes: Buffer): XarHeader {
  if (bytes.length < headerSize || bytes.readUInt32BE(0) !== magic) {
    throw refusal("SLW-FORMAT", "This is no xar archive: it does not start with xar!.");
  }
  if (bytes.readUInt16BE(4) !== headerSize || bytes.readUInt16BE(6) !== version) {
    throw refusal("SLW-FORMAT", `The xar archive has no header of ${headerSize} bytes and version ${version}.`);
  }
  const number = bytes.readUInt32BE(24);
  const algorithm = Object.keys(algorithms).find((name) => isXarAlgorithm(name) && algorithms[name].number === number);
  if (!isXarAlgorithm(algorithm)) {
    throw refusal("SLW-FORMAT", `The xar archive has the checksum number ${number}; read are SHA-1, SHA-256, SHA-512.`);
  }
  return { tocLength: length(bytes, 8), tocSize: length(bytes, 16), algorithm };
}

/** A length that is too large for a number is larger than every limit too. */
function length(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64BE(at));
}
