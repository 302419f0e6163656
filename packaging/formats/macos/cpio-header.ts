/** The header of an entry in a cpio archive of the old portable format (POSIX.1-2004 pax, "cpio Interchange Format"). */

/** Octal digits of each field after the magic, in their order. */
export const fieldLengths = {
  dev: 6,
  ino: 6,
  mode: 6,
  uid: 6,
  gid: 6,
  nlink: 6,
  rdev: 6,
  mtime: 11,
  namesize: 6,
  filesize: 11,
} as const;

export type CpioField = keyof typeof fieldLengths;

export const magic = "070707";
export const headerLength = Object.values(fieldLengths).reduce((sum, length) => sum + length, magic.length);

/** The last entry's name. */
export const trailerName = "TRAILER!!!";
/** What writers fill an archive up to with zeros. */
export const blockSize = 512;

/** The bits of a mode that say what an entry is. */
export const typeBits = { directory: 0o040000, file: 0o100000, symlink: 0o120000 } as const;

/** The largest number that a field holds: 8 GiB - 1 in eleven digits. */
export function largest(field: CpioField): number {
  return 8 ** fieldLengths[field] - 1;
}
