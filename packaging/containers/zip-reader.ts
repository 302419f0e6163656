import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { type Entry, fromRandomAccessReaderPromise } from "yauzl";
import { inflateRaw } from "../compression/gunzip.ts";
import { refusal, SlipwayError } from "../errors.ts";
import { BoundedReader } from "./bounded-reader.ts";
import { fileRange } from "./file-range.ts";

/** An entry as read. A file's content is a stream that is checked against the size and checksum that the archive promises. */
export interface ReadZipEntry {
  readonly type: "directory" | "symlink" | "file";
  /** As stored, without a directory's final slash. */
  readonly path: string;
  /** Permission bits; undefined where the archive was not made by a Unix program. */
  readonly mode: number | undefined;
  /** Seconds since 1970, taking the archive's local time as UTC; undefined where it is no time. */
  readonly mtime: number | undefined;
  readonly size: number;
  /** A symbolic link's target, else empty. */
  readonly target: string;
  readonly content: AsyncIterable<Uint8Array>;
}

const longestTarget = 4096;
/** APPNOTE 4.4.2: the systems whose external attributes hold a Unix mode. */
const unixSystems: ReadonlySet<number> = new Set([3, 19]);
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a zip archive by its central directory (APPNOTE.TXT 6.3), entry by entry. Names that climb or are absolute,
 * encryption, compression other than deflate, entries that share their bytes, a local header that names another file, and
 * all damage are refused as SLW-FORMAT.
 */
export async function* readZip(file: FileHandle, size: number): AsyncGenerator<ReadZipEntry> {
  try {
    const zip = await fromRandomAccessReaderPromise(new BoundedReader(file, size), size, { strictFileNames: true });
    let packed = 0;
    for await (const entry of zip.eachEntry()) {
      packed += entry.compressedSize;
      if (packed > size) throw damaged("entries share their bytes");
      const local = await zip.readLocalFileHeaderPromise(entry);
      if (!local.fileName.equals(entry.fileNameRaw)) throw damaged(`${shown(entry)} has another name at its content`);
      if (!entry.canDecodeFileData()) throw damaged(`${shown(entry)} is encrypted or compressed in an unknown way`);
      const raw = fileRange(file, local.fileDataStart, local.fileDataStart + entry.compressedSize);
      yield await readEntry(entry, checked(entry.compressionMethod === 0 ? raw : inflateRaw(raw), entry));
    }
  } catch (error) {
    // Everything that yauzl says about a file is an error without a code; a disk's errors have one.
    if (error instanceof SlipwayError || !(error instanceof Error) || "code" in error) throw error;
    throw damaged(error.message);
  }
}

async function readEntry(entry: Entry, content: AsyncIterable<Uint8Array>): Promise<ReadZipEntry> {
  const unix = unixSystems.has(entry.versionMadeBy >> 8);
  const attributes = unix ? entry.externalFileAttributes >>> 16 : 0;
  const named = entry.fileName.endsWith("/") ? "directory" : "file";
  const type = entryType(attributes >> 12, named, entry);
  if (type === "directory" && entry.uncompressedSize !== 0)
    throw damaged(`${shown(entry)} is a directory with content`);
  const seconds = entry.getLastModDate({ timezone: "UTC" }).getTime() / 1000;
  return {
    type,
    path: type === "directory" ? entry.fileName.slice(0, -1) : entry.fileName,
    mode: unix && attributes !== 0 ? attributes & 0o7777 : undefined,
    mtime: Number.isFinite(seconds) && seconds >= 0 ? Math.floor(seconds) : undefined,
    size: entry.uncompressedSize,
    target: type === "symlink" ? await linkTarget(entry, content) : "",
    content,
  };
}

/** The file type of a Unix mode, stat(2): 4 directory, 8 file, 10 link; none where the maker left it out. */
function entryType(bits: number, named: "directory" | "file", entry: Entry): ReadZipEntry["type"] {
  if (bits === 0 || (bits === 4 && named === "directory") || (bits === 8 && named === "file")) return named;
  if (bits === 10 && named === "file") return "symlink";
  throw damaged(`${shown(entry)} is neither file, directory nor link, or its name says otherwise`);
}

async function linkTarget(entry: Entry, content: AsyncIterable<Uint8Array>): Promise<string> {
  if (entry.uncompressedSize > longestTarget)
    throw damaged(`${shown(entry)} is a link of ${entry.uncompressedSize} bytes`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  try {
    return utf8.decode(Buffer.concat(chunks));
  } catch {
    throw damaged(`${shown(entry)} is a link whose target is not UTF-8`);
  }
}

async function* checked(content: AsyncIterable<Uint8Array>, entry: Entry): AsyncGenerator<Uint8Array> {
  let size = 0;
  let checksum = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > entry.uncompressedSize) break;
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (size !== entry.uncompressedSize) throw damaged(`${shown(entry)} is not of the size that the archive promises`);
  if (checksum !== entry.crc32) throw damaged(`the checksum of ${shown(entry)} is wrong`);
}

function shown({ fileName }: Entry): string {
  return JSON.stringify(fileName.slice(0, 200));
}

function damaged(what: string): Error {
  return refusal("SLW-FORMAT", `The zip archive cannot be read: ${what}.`);
}
