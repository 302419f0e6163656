import { damaged } from "./header.ts";

export const directoryEntrySize = 128;
export const noEntry = 0xffff_ffff;
/** UTF-16 units of a name; the field holds 32 with the closing zero. */
export const longestName = 31;

const kinds = { unused: 0, storage: 1, stream: 2, root: 5 } as const;
export type EntryKind = keyof typeof kinds;

/** One entry of the directory: MS-CFB, section 2.6.1. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: EntryKind;
  readonly black: boolean;
  /** Numbers of entries: siblings on both sides, and the top of the children's tree. */
  readonly left: number;
  readonly right: number;
  readonly child: number;
  /** 16 bytes as stored; none is all zeros. */
  readonly clsid?: Uint8Array | undefined;
  /** State bits, times of creation and of the last change: 20 bytes as stored. Ours are all zeros. */
  readonly attributes?: Uint8Array | undefined;
  /** First sector; of a small stream, the first mini sector. */
  readonly start: number;
  readonly size: number;
}

export function encodeDirectoryEntry(entry: DirectoryEntry): Buffer {
  const bytes = emptyDirectoryEntry();
  bytes.write(entry.name, 0, "utf16le");
  bytes.writeUInt16LE((entry.name.length + 1) * 2, 64);
  bytes.writeUInt8(kinds[entry.kind], 66);
  bytes.writeUInt8(entry.black ? 1 : 0, 67);
  bytes.writeUInt32LE(entry.left, 68);
  bytes.writeUInt32LE(entry.right, 72);
  bytes.writeUInt32LE(entry.child, 76);
  if (entry.clsid !== undefined) bytes.set(entry.clsid, 80);
  if (entry.attributes !== undefined) bytes.set(entry.attributes, 96);
  bytes.writeUInt32LE(entry.start, 116);
  bytes.writeUInt32LE(entry.size, 120);
  return bytes;
}

/** What fills the last sector of a directory (section 2.6.3). */
export function emptyDirectoryEntry(): Buffer {
  return Buffer.alloc(directoryEntrySize).fill(0xff, 68, 80);
}

/** Refuses (SLW-FORMAT) an entry whose name, kind or colour is none. */
export function parseDirectoryEntry(bytes: Buffer): DirectoryEntry {
  const kindNumber = bytes.readUInt8(66);
  const kind = (Object.keys(kinds) as EntryKind[]).find((name) => kinds[name] === kindNumber);
  const colour = bytes.readUInt8(67);
  if (kind === undefined || colour > 1) throw damaged("an entry of its directory is of no known kind");
  const nameSize = bytes.readUInt16LE(64);
  const units = kind === "unused" ? 0 : nameSize / 2 - 1;
  if (!Number.isInteger(units) || units < 0 || units > longestName)
    throw damaged("a name in its directory is too long");
  const name = bytes.toString("utf16le", 0, units * 2);
  if (name.includes("\0")) throw damaged("a name in its directory ends early");
  return {
    name,
    kind,
    black: colour === 1,
    left: bytes.readUInt32LE(68),
    right: bytes.readUInt32LE(72),
    child: bytes.readUInt32LE(76),
    clsid: Uint8Array.prototype.slice.call(bytes, 80, 96),
    attributes: Uint8Array.prototype.slice.call(bytes, 96, 116),
    start: bytes.readUInt32LE(116),
    // The upper half is not to be trusted in version 3 (section 2.6.1, Stream Size).
    size: bytes.readUInt32LE(120),
  };
}
