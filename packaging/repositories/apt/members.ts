import { constants, gzipSync, zstdCompressSync } from "node:zlib";

/** OS byte of a gzip header (RFC 1952, section 2.3.1): unknown. zlib writes the system it was built for. */
const UNKNOWN_SYSTEM = 255;

/** What makes the members of a compressed index, by the index's ending. */
export interface Members {
  gz(piece: Uint8Array): Uint8Array;
  zst(piece: Uint8Array): Uint8Array;
}

/** One whole gzip member: no name, no time, the same header on every system. */
export function gzipMember(piece: Uint8Array): Uint8Array {
  const member = gzipSync(piece, { level: 9 });
  member[9] = UNKNOWN_SYSTEM;
  return member;
}

/** One whole zstd frame (RFC 8878), with its content's checksum. */
export function zstdFrame(piece: Uint8Array): Uint8Array {
  return zstdCompressSync(piece, {
    params: { [constants.ZSTD_c_compressionLevel]: 9, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}
