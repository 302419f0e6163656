import type { FileHandle } from "node:fs/promises";
import { fileRange } from "../../../containers/file-range.ts";
import { collect } from "../../../containers/member-content.ts";
import { refusal } from "../../../errors.ts";

/** Where a Windows program has what a signature changes (Microsoft, "PE Format"). Places count from the file's start. */
export interface PeLayout {
  /** Of the four bytes of the optional header's checksum. */
  readonly checksumAt: number;
  readonly checksum: number;
  /** Of the eight bytes that name the certificate table. */
  readonly securityAt: number;
  /** The certificate table, which is no part of the program in memory; undefined where it has none. */
  readonly certificates: { readonly at: number; readonly size: number } | undefined;
}

const optionalHeaders: ReadonlyMap<number, { readonly directoryCountAt: number; readonly directoriesAt: number }> =
  new Map([
    [0x10b, { directoryCountAt: 92, directoriesAt: 96 }],
    [0x20b, { directoryCountAt: 108, directoriesAt: 112 }],
  ]);
const securityDirectory = 4;
/** Headers of a program are in its first page or two. */
const farthestHeader = 1 << 20;
/** Its places and sizes have 32 bits. */
const largestProgram = 0xffff_ffff;

/** Reads the headers of a program; what is none, or has no room for a signature, is refused as SLW-FORMAT. */
export async function readPeLayout(file: FileHandle, size: number): Promise<PeLayout> {
  const read = (at: number, length: number) => collect(fileRange(file, at, Math.min(size, at + length)));
  const dos = await read(0, 64);
  if (size > largestProgram || dos.length < 64 || dos.toString("latin1", 0, 2) !== "MZ") throw refuse("it is none");
  const peAt = dos.readUInt32LE(0x3c);
  // The checksum is one of words, so that an odd place would tear it.
  if (peAt % 4 !== 0 || peAt > farthestHeader) throw refuse("its header is out of place");
  const head = await read(peAt, 26);
  if (head.length < 26 || head.readUInt32BE(0) !== 0x5045_0000) throw refuse("it is none");
  const layout = optionalHeaders.get(head.readUInt16LE(24));
  const optional = await read(peAt + 24, head.readUInt16LE(20));
  if (layout === undefined || optional.length < layout.directoriesAt + 8 * (securityDirectory + 1)) {
    throw refuse("its optional header has no place for a signature");
  }
  if (optional.readUInt32LE(layout.directoryCountAt) <= securityDirectory) {
    throw refuse("its optional header has no place for a signature");
  }
  const inOptional = layout.directoriesAt + 8 * securityDirectory;
  const [at, length] = [optional.readUInt32LE(inOptional), optional.readUInt32LE(inOptional + 4)];
  return {
    checksumAt: peAt + 24 + 64,
    checksum: optional.readUInt32LE(64),
    securityAt: peAt + 24 + inOptional,
    certificates: at === 0 && length === 0 ? undefined : { at, size: length },
  };
}

function refuse(what: string): Error {
  return refusal("SLW-FORMAT", `The Windows program cannot be read: ${what}.`);
}
