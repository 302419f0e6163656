import { ByteSource } from "../../../containers/byte-source.ts";
import { damaged } from "./damaged.ts";
import { fromDosTime } from "./dos-time.ts";
import { blockSize, largestPacked, unpackBlock } from "./mszip.ts";
import {
  type CabinetFile,
  type CabinetFolder,
  type CabinetHeader,
  checksum,
  dataHeaderSize,
  fileSize,
  folderSize,
  headerSize,
  longestName,
  parseCabinetHeader,
  parseFile,
  parseFolder,
} from "./structures.ts";

/** A file as read. Its content is streamed; what is left of it unread is skipped when the next one is asked for. */
export interface ReadCabinetMember {
  readonly name: string;
  readonly size: number;
  /** Seconds since 1970, taking the cabinet's local time as UTC; undefined where it is no time. */
  readonly mtime: number | undefined;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Reads a cabinet (MS-CAB 1.3, MSZIP, one that is whole in itself), file by file, as a stream. Files that overlap or leave
 * gaps, wrong checksums, bytes that no file has and all other damage are refused as SLW-FORMAT, at the latest at the end.
 */
export async function* readCabinet(source: AsyncIterable<Uint8Array>): AsyncGenerator<ReadCabinetMember> {
  const bytes = new ByteSource(source, "The cabinet");
  try {
    const header = parseCabinetHeader(await bytes.bytes(headerSize));
    const folders = await readFolders(bytes, header);
    const files = await readFiles(bytes, header, folders);
    for (const [number, folder] of folders.entries()) {
      if (bytes.position !== folder.dataAt) throw damaged("the blocks of a folder are not where it says");
      const own = files.filter((file) => file.folder === number);
      yield* readMembers(new ByteSource(plainBytes(bytes, folder), "A folder of the cabinet"), own);
    }
    if (bytes.position !== header.size) throw damaged("it is not of the size that it promises");
    if (!(await bytes.atEnd())) throw damaged("bytes follow its end");
  } finally {
    await bytes.close();
  }
}

async function readFolders(bytes: ByteSource, { folders, filesAt }: CabinetHeader): Promise<readonly CabinetFolder[]> {
  if (folders === 0 || filesAt !== headerSize + folders * folderSize) {
    throw damaged("its list of files does not follow its folders");
  }
  const table = await bytes.bytes(folders * folderSize);
  return Array.from({ length: folders }, (_, at) =>
    parseFolder(table.subarray(at * folderSize, (at + 1) * folderSize)),
  );
}

async function readFiles(
  bytes: ByteSource,
  { files: count, filesAt }: CabinetHeader,
  folders: readonly CabinetFolder[],
): Promise<readonly CabinetFile[]> {
  const length = (folders[0]?.dataAt ?? 0) - filesAt;
  if (length < 0 || length > count * (fileSize + longestName + 1))
    throw damaged("its list of files is of no possible size");
  const table = await bytes.bytes(length);
  const files: CabinetFile[] = [];
  let at = 0;
  for (let number = 0; number < count; number += 1) {
    const { file, next } = parseFile(table, at);
    if (file.folder >= folders.length) throw damaged("a file is in a folder that there is not, or in another cabinet");
    files.push(file);
    at = next;
  }
  if (at !== length) throw damaged("its list of files is longer than they are many");
  if (new Set(files.map(({ name }) => name)).size < count) throw damaged("a name is in it twice");
  return files;
}

async function* readMembers(plain: ByteSource, files: readonly CabinetFile[]): AsyncGenerator<ReadCabinetMember> {
  try {
    for (const file of files) {
      const { name, size, offset } = file;
      if (offset !== plain.position) throw damaged("its files overlap, or there are gaps between them");
      yield { name, size, mtime: fromDosTime(file), content: plain.stream(size) };
      await plain.skip(offset + size - plain.position);
    }
    if (!(await plain.atEnd())) throw damaged("a folder has bytes that are in no file");
  } finally {
    await plain.close();
  }
}

/** Every block but the last is full: so a block can refer to all of the one before, and a folder is no row of crumbs. */
async function* plainBytes(bytes: ByteSource, { blocks }: CabinetFolder): AsyncGenerator<Uint8Array> {
  let before: Uint8Array = new Uint8Array(0);
  for (let left = blocks; left > 0; left -= 1) {
    const header = await bytes.bytes(dataHeaderSize);
    const [packedSize, plainSize] = [header.readUInt16LE(4), header.readUInt16LE(6)];
    const sizeFits = left > 1 ? plainSize === blockSize : plainSize > 0 && plainSize <= blockSize;
    if (!sizeFits || packedSize > largestPacked) throw damaged("a block is of no possible size");
    const packed = await bytes.bytes(packedSize);
    if (checksum(header.subarray(4), checksum(packed, 0)) !== header.readUInt32LE(0)) {
      throw damaged("the checksum of a block is wrong");
    }
    const plain = await unpackBlock(packed, plainSize, before);
    yield plain;
    before = plain;
  }
}
