import { once } from "node:events";
import { Readable } from "node:stream";
import type { ZipArchive, ZipEntryData } from "archiver";
import { pieces } from "../compression/pieces.ts";
import { refusal } from "../errors.ts";
import { type ArchiveEntry, checkArchiveEntry } from "./archive-entry.ts";
import { exactly } from "./member-content.ts";

const level = 6;
/** What is handed to zlib at once: its output shall follow from the content, not from where a source cuts its chunks. */
const pieceSize = 256 * 1024;
/** From this number of entries on, the end of the archive is in zip64's form (APPNOTE 4.4.21); archiver counts one more. */
const zip64Entries = 0xffff;
/** archiver writes every later time as the last second of 2043. */
const latest = Date.UTC(2044) / 1000;

/** The libraries that write the bytes, as the lockfile has them; a test asks them. */
export const libraries = "archiver 8.0.0, zip-stream 7.0.5, compress-commons 7.0.1, crc32-stream 7.0.1";

/**
 * Libraries, compressor and settings, as a recipe names them. The version of zlib is that of the Node that builds; zlib
 * picks code by processor, hence the architecture.
 */
export function zipRecipe(buildNode: string): string {
  return `zip: ${libraries}, deflate level ${level}, zlib of Node ${buildNode} ${process.arch}`;
}

/**
 * Writes a zip archive (APPNOTE 6.3) as a stream, entries in the order given, with Unix modes and symbolic links in their
 * attributes, names in UTF-8 and no extra fields but zip64's where a number needs it. A zip's times have no zone and are
 * local by custom; `epoch` (seconds since 1970) is written as UTC, the same on every machine, in steps of two seconds.
 * Refuses what cannot be written as SLW-FORMAT, before the first byte.
 */
export async function* writeZip(entries: Iterable<ArchiveEntry>, epoch: number): AsyncGenerator<Uint8Array> {
  const all = [...entries];
  for (const entry of all) checkZipEntry(entry);
  if (epoch >= latest) {
    throw refusal("SLW-FORMAT", `A zip archive of ours cannot hold the time ${epoch}: its last year is 2043.`);
  }
  // Loaded when a zip is written: a third of the time to start a process that writes another format.
  const archiver = await import("archiver");
  const archive = new archiver.ZipArchive({ zlib: { level }, forceZip64: all.length >= zip64Entries });
  fill(archive, all, new Date(epoch * 1000)).catch((error: Error) => archive.destroy(error));
  for await (const chunk of archive) yield chunk as Buffer;
}

/** One entry after the other: archiver would open all sources at once. Rejects where the reader stops early. */
async function fill(archive: ZipArchive, entries: readonly ArchiveEntry[], date: Date): Promise<void> {
  const closing = new AbortController();
  archive.once("close", () => closing.abort());
  for (const entry of entries) {
    const source = await sourceOf(entry);
    if (source instanceof Readable) source.on("error", (error) => archive.destroy(error));
    try {
      archive.append(source, entryData(entry, date));
      await once(archive, "entry", { signal: closing.signal });
    } finally {
      if (source instanceof Readable) source.destroy();
    }
  }
  // What fails here is an error of the archive too, and its reader has it.
  archive.finalize().catch(() => undefined);
}

/** An empty file is bytes, like a directory or link: as a stream, archiver would give it a descriptor that some cannot read. */
async function sourceOf(entry: ArchiveEntry): Promise<Readable | Buffer> {
  if (entry.type !== "file") return Buffer.alloc(0);
  const content = exactly(entry.content, entry.size, entry.path);
  if (entry.size > 0) return Readable.from(pieces(content, pieceSize), { objectMode: false });
  for await (const _ of content);
  return Buffer.alloc(0);
}

/** archiver's own `symlink` would give a link the time of the clock; `linkname` is what it makes of it. */
function entryData(entry: ArchiveEntry, date: Date): ZipEntryData & { readonly linkname?: string } {
  const { type, path: name, mode } = entry;
  const base = { type, name, mode, date };
  switch (type) {
    case "directory":
      return base;
    case "symlink":
      return { ...base, linkname: entry.target };
    case "file":
      return { ...base, store: entry.size === 0 };
  }
}

/** archiver rewrites names without a word, and keeps fewer bits of a mode on Windows. */
function checkZipEntry(entry: ArchiveEntry): void {
  checkArchiveEntry(entry, "a zip archive");
  const { path, mode } = entry;
  const refuse = (what: string) =>
    refusal("SLW-FORMAT", `${JSON.stringify(path)} cannot be put in a zip archive: ${what}`);
  if (path.includes("\\") || path.includes("//") || /^\w+:/.test(path)) {
    throw refuse("expected names joined by single forward slashes, without a drive.");
  }
  if (mode > 0o777) throw refuse(`its mode is ${mode.toString(8)}, which only holds where root unpacks it.`);
}
