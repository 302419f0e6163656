/** The 512-byte header block of a tar archive in GNU's dialect of ustar: what writer and reader agree on. */
export const blockSize = 512;

/** Offset and length of each field (GNU tar manual, "Basic Tar Format"). */
export const field = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  link: [157, 100],
  magic: [257, 8],
  owner: [265, 32],
  group: [297, 32],
  prefix: [345, 155],
} as const satisfies Record<string, readonly [offset: number, length: number]>;

export type FieldName = keyof typeof field;

/** Type flags; L and K are GNU's: their content is the next entry's long name or link target. */
export const typeFlag = { file: "0", symlink: "2", directory: "5", longLink: "K", longName: "L" } as const;

/** GNU's magic and version. With it the block has no prefix field, so that a long name has one form: an `L` entry. */
export const gnuMagic = "ustar  \0";
/** POSIX's magic and version: a name may be split in prefix and name. */
export const posixMagic = "ustar\x0000";

/** GNU's name for the pseudo-entry of a long name or link. */
export const longMarker = "././@LongLink";

/** Sum of the block's bytes, the checksum field counted as spaces. */
export function headerChecksum(block: Uint8Array): number {
  const [at, length] = field.checksum;
  let sum = 0x20 * length;
  for (const [index, byte] of block.entries()) if (index < at || index >= at + length) sum += byte;
  return sum;
}

/** How many zero bytes follow a content of this size, up to the next block. */
export function padding(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}
