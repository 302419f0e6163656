/** What writer and reader of a Bom agree on: the blocks of its trees and entries (bomutils, bom.h). */

/** An entry of a Bom: what the installer will have put there. */
export interface BomEntry {
  /** `.`, and `./...` with forward slashes. */
  readonly path: string;
  readonly type: "file" | "directory" | "symlink";
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Bytes of a file, or of a link's target in UTF-8; 0 for a directory. */
  readonly size: number;
  /** POSIX cksum of a file's content or a link's target; 0 for a directory. */
  readonly checksum: number;
  /** A symbolic link's target, else empty. */
  readonly target: string;
}

/** A tree's block: magic, version, number of its root node, size of a node, number of paths, a byte without a meaning. */
export const tree = { magic: "tree", version: 1, size: 21, child: 8, paths: 16 } as const;

/** A node: whether it is a leaf, how many pairs it has, the leaf after and before it, and the pairs of numbers of blocks. */
export const node = { size: 12, count: 2, forward: 4, backward: 8, pair: 8 } as const;
/** mkbom puts no more into one. */
export const pairsPerNode = 256;

/** An entry's two blocks: its number and the number of what is known of it; and that itself, before a link's target. */
export const info1Size = 8;
export const info2 = {
  size: 31,
  type: 0,
  mode: 4,
  uid: 6,
  gid: 10,
  mtime: 14,
  bytes: 18,
  checksum: 23,
  targetLength: 27,
} as const;

/** The number of a type, and its bits in a mode. */
export const entryTypes = {
  file: { number: 1, bits: 0o100000 },
  directory: { number: 2, bits: 0o040000 },
  symlink: { number: 3, bits: 0o120000 },
} as const satisfies Record<BomEntry["type"], unknown>;
