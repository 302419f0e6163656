import { type Entry, parseExtraFields, type ZipFile } from "yauzl";
import { ArchiveProblem } from "./archive-problem.ts";
import { shown } from "./entry-rules.ts";

/** The bytes of the file that an entry takes: its local header and its data. */
export interface ZipExtent {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** A data descriptor follows: 12 to 24 bytes, by what its writer felt like (APPNOTE 4.3.9). */
  readonly descriptor: boolean;
}

/** General purpose bit 3 (APPNOTE 4.4.4): checksum and sizes stand behind the data. */
const descriptorBit = 8;
/** Bits that decide what is read: encryption, descriptor, strong encryption, UTF-8, hidden directory. */
const comparedBits = 0x2849;
const zip64Field = 1;
const inZip64 = 0xffffffff;

/** Reads an entry's local header; one that says another thing than the central directory is an ArchiveProblem. */
export async function localExtent(zip: ZipFile, entry: Entry, name: string): Promise<ZipExtent> {
  const local = await zip.readLocalFileHeaderPromise(entry);
  const descriptor = (entry.generalPurposeBitFlag & descriptorBit) !== 0;
  const agrees = (value: number, central: number) => value === central || (descriptor && value === 0);
  const sizes = localSizes(local);
  const differs = [
    !local.fileName.equals(entry.fileNameRaw) && "name",
    local.compressionMethod !== entry.compressionMethod && "compression method",
    (local.generalPurposeBitFlag & comparedBits) !== (entry.generalPurposeBitFlag & comparedBits) && "flags",
    !agrees(local.crc32, entry.crc32) && "checksum",
    !agrees(sizes.compressed, entry.compressedSize) && "compressed size",
    !agrees(sizes.plain, entry.uncompressedSize) && "size",
  ].find((field) => field !== false);
  if (differs !== undefined) {
    throw new ArchiveProblem(`has an entry ${shown(name)} whose local and central headers differ in ${differs}`);
  }
  const start = entry.relativeOffsetOfLocalHeader;
  return { name, start, end: local.fileDataStart + entry.compressedSize, descriptor };
}

/** Sizes in a local header, which for zip64 stand in an extra field (APPNOTE 4.5.3), plain size first. */
function localSizes(local: {
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly extraField: Buffer;
}): { readonly plain: number; readonly compressed: number } {
  const field = parseExtraFields(local.extraField).find(({ id }) => id === zip64Field)?.data;
  const values = [local.uncompressedSize, local.compressedSize];
  let at = 0;
  const [plain = 0, compressed = 0] = values.map((value) => {
    if (value !== inZip64 || field === undefined || field.length < at + 8) return value;
    at += 8;
    return Number(field.readBigUInt64LE(at - 8));
  });
  return { plain, compressed };
}

/** End of central directory record without its comment; the zip64 one and its locator (APPNOTE 4.3.14 to 4.3.16). */
const endSize = 22;
const zip64EndSize = 56 + 20;
const descriptorSizes = [12, 16, 20, 24];

/** Every byte of the file belongs to one entry or to the directory: nothing before, between, twice, or after. */
export function checkLayout(
  extents: readonly ZipExtent[],
  {
    directory,
    directoryEnd,
    zip,
  }: { readonly directory: number; readonly directoryEnd: number; readonly zip: ZipFile },
): void {
  const sorted = [...extents].sort((a, b) => a.start - b.start);
  let before: ZipExtent | undefined;
  for (const extent of [...sorted, { name: "the directory", start: directory, end: directoryEnd, descriptor: false }]) {
    const gap = extent.start - (before?.end ?? 0);
    if (before === undefined && gap > 0) throw new ArchiveProblem(`has ${gap} bytes before its first entry`);
    if (gap < 0)
      throw new ArchiveProblem(`has entries that share bytes: ${shown(before?.name ?? "")} and ${shown(extent.name)}`);
    const expected = before?.descriptor === true ? descriptorSizes : [0];
    if (before !== undefined && !expected.includes(gap)) {
      throw new ArchiveProblem(`has ${gap} bytes between ${shown(before.name)} and ${shown(extent.name)}`);
    }
    before = extent;
  }
  const rest = zip.fileSize - directoryEnd - endSize - zip.comment.length;
  if (rest !== 0 && rest !== zip64EndSize) throw new ArchiveProblem(`has ${rest} bytes behind its directory`);
}
