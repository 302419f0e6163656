/** Sizes and special numbers of a compound file of version 3: MS-CFB, sections 2.1 and 2.2. */

export const sectorSize = 512;
export const miniSectorSize = 64;
/** A stream of fewer bytes is kept in the mini stream. */
export const miniStreamCutoff = 4096;
/** References in one sector of a FAT. */
export const referencesPerSector = sectorSize / 4;
/** The header has room for the numbers of so many FAT sectors; the others are in DIFAT sectors. */
export const fatSectorsInHeader = 109;

export const difatSector = 0xffff_fffc;
export const fatSector = 0xffff_fffd;
export const endOfChain = 0xffff_fffe;
export const freeSector = 0xffff_ffff;

/**
 * Here a file of version 3 ends for us: the sector at this place is the range lock sector (section 2.9.1), and older readers
 * take positions beyond it for negative numbers.
 */
export const largestFile = 0x7fff_ff00;

export const sectorsOf = (bytes: number): number => Math.ceil(bytes / sectorSize);
export const miniSectorsOf = (bytes: number): number => Math.ceil(bytes / miniSectorSize);
