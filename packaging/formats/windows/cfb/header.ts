import { refusal } from "../../../errors.ts";
import { fatSectorsInHeader, freeSector, miniStreamCutoff, sectorSize } from "./sectors.ts";

const signature = Buffer.from("d0cf11e0a1b11ae1", "hex");
const minorVersion = 0x3e;
const majorVersion = 3;
const littleEndian = 0xfffe;
const sectorShift = 9;
const miniSectorShift = 6;
const difatAt = 76;

/** What the header of a compound file says. Places are numbers of sectors. */
export interface CfbHeader {
  readonly fatSectors: number;
  readonly firstDirectory: number;
  readonly firstMiniFat: number;
  readonly miniFatSectors: number;
  readonly firstDifat: number;
  readonly difatSectors: number;
  /** Places of the first FAT sectors, at most as many as the header has room for. */
  readonly difat: readonly number[];
}

/** The first 512 bytes: MS-CFB, section 2.2. */
export function encodeHeader(header: CfbHeader): Buffer {
  const bytes = Buffer.alloc(sectorSize);
  bytes.set(signature);
  bytes.writeUInt16LE(minorVersion, 24);
  bytes.writeUInt16LE(majorVersion, 26);
  bytes.writeUInt16LE(littleEndian, 28);
  bytes.writeUInt16LE(sectorShift, 30);
  bytes.writeUInt16LE(miniSectorShift, 32);
  bytes.writeUInt32LE(header.fatSectors, 44);
  bytes.writeUInt32LE(header.firstDirectory, 48);
  bytes.writeUInt32LE(miniStreamCutoff, 56);
  bytes.writeUInt32LE(header.firstMiniFat, 60);
  bytes.writeUInt32LE(header.miniFatSectors, 64);
  bytes.writeUInt32LE(header.firstDifat, 68);
  bytes.writeUInt32LE(header.difatSectors, 72);
  for (let at = 0; at < fatSectorsInHeader; at += 1) {
    bytes.writeUInt32LE(header.difat[at] ?? freeSector, difatAt + 4 * at);
  }
  return bytes;
}

/** Refuses (SLW-FORMAT) what is no compound file of version 3. */
export function parseHeader(bytes: Buffer): CfbHeader {
  if (bytes.length < sectorSize || !bytes.subarray(0, 8).equals(signature)) {
    throw damaged("it does not start with a header");
  }
  const version = bytes.readUInt16LE(26);
  if (version !== majorVersion) throw damaged(`its version is ${version}, and only version 3 is read`);
  const expected: readonly (readonly [at: number, value: number, what: string])[] = [
    [28, littleEndian, "byte order"],
    [30, sectorShift, "sector size"],
    [32, miniSectorShift, "mini sector size"],
  ];
  for (const [at, value, what] of expected) {
    if (bytes.readUInt16LE(at) !== value) throw damaged(`its ${what} is not the one of version 3`);
  }
  if (bytes.readUInt32LE(56) !== miniStreamCutoff) throw damaged("the bound of its mini stream is not 4096");
  const fatSectors = bytes.readUInt32LE(44);
  const inHeader = Math.min(fatSectors, fatSectorsInHeader);
  return {
    fatSectors,
    firstDirectory: bytes.readUInt32LE(48),
    firstMiniFat: bytes.readUInt32LE(60),
    miniFatSectors: bytes.readUInt32LE(64),
    firstDifat: bytes.readUInt32LE(68),
    difatSectors: bytes.readUInt32LE(72),
    difat: Array.from({ length: inHeader }, (_, at) => bytes.readUInt32LE(difatAt + 4 * at)),
  };
}

export function damaged(what: string): Error {
  return refusal("SLW-FORMAT", `The compound file cannot be read: ${what}.`);
}
