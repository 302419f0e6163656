import { isUtf8 } from "node:buffer";
import { crc32 } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";
import { ArchiveProblem } from "./archive-problem.ts";
import { type ArchiveEntry, type EntryRules, shown } from "./entry-rules.ts";
import type { ArchiveLimits } from "./limits.ts";
import type { WantedFiles } from "./wanted-files.ts";
import { withZipFile } from "./zip-file.ts";
import { checkLayout, localExtent, type ZipExtent } from "./zip-layout.ts";

/**
 * Unpacks the wanted files of a zip archive (APPNOTE.TXT 6.3). yauzl reads it; on top of its checks the central directory
 * and the local headers must agree, every byte of the file must belong to an entry, and what is unpacked must have its
 * checksum.
 */
export async function unpackZip(
  file: string,
  rules: EntryRules,
  wanted: WantedFiles,
  limits: ArchiveLimits,
): Promise<void> {
  try {
    await withZipFile(file, async (zip) => {
      if (zip.entryCount > limits.entries) {
        throw new ArchiveProblem(`has more than ${limits.entries} entries and folders`);
      }
      const files = await checkEntries(zip, rules, wanted);
      for (const { entry, path } of files) await unpack(zip, entry, path, wanted);
    });
  } catch (error) {
    throw explained(error);
  } finally {
    wanted.abandon();
  }
}

/** Looks at all entries and where they lie, and gives those that are asked for. */
async function checkEntries(
  zip: ZipFile,
  rules: EntryRules,
  wanted: WantedFiles,
): Promise<readonly { readonly entry: Entry; readonly path: string }[]> {
  // Before the first entry is read, the cursor is where the central directory begins; @types/yauzl has it as a boolean.
  const directory = Number(zip.readEntryCursor);
  const extents: ZipExtent[] = [];
  const files: { entry: Entry; path: string }[] = [];
  for await (const entry of zip.eachEntry()) {
    const name = nameOf(entry);
    checkReadable(entry, name);
    extents.push(await localExtent(zip, entry, name));
    const type = typeOf(entry, name);
    const target = type === "link" ? await linkTarget(zip, entry, name) : "";
    const size = type === "file" ? entry.uncompressedSize : 0;
    const path = rules.admit({ path: name, type, size, target });
    if (type === "file" && wanted.has(path)) files.push({ entry, path });
  }
  checkLayout(extents, { directory, directoryEnd: Number(zip.readEntryCursor), zip });
  return files;
}

/** The name as it is stored; one that other readers would take from elsewhere or read in another alphabet is refused. */
function nameOf({ fileNameRaw, extraFields }: Entry): string {
  if (!isUtf8(fileNameRaw)) {
    throw new ArchiveProblem(
      `has an entry ${shown(fileNameRaw.toString())}, which is not UTF-8`,
      "Pack it anew with a tool that writes names in UTF-8.",
    );
  }
  const name = fileNameRaw.toString();
  const unicodePath = extraFields.find(({ id }) => id === unicodePathField);
  if (unicodePath !== undefined && !unicodePath.data.subarray(5).equals(fileNameRaw)) {
    throw new ArchiveProblem(
      `has an entry with two names, ${shown(name)} and ${shown(unicodePath.data.subarray(5).toString())}`,
    );
  }
  return name;
}

/** Info-ZIP Unicode Path Extra Field (APPNOTE 4.6.9). */
const unicodePathField = 0x7075;
/** APPNOTE 4.4.4: bit 0 encrypted, 6 strongly, 13 with a hidden directory. */
const encryptedBits = 0x2041;

function checkReadable(entry: Entry, name: string): void {
  if ((entry.generalPurposeBitFlag & encryptedBits) !== 0)
    throw new ArchiveProblem(`has an encrypted entry, ${shown(name)}`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw new ArchiveProblem(
      `has an entry ${shown(name)} of compression method ${entry.compressionMethod}; read are stored (0) and deflate (8)`,
    );
  }
}

/** stat(2), S_IFMT. */
const typeMask = 0o170000;
const fileTypes = new Map<number, ArchiveEntry["type"]>([
  [0o100000, "file"],
  [0o040000, "folder"],
  [0o120000, "link"],
]);
const otherTypes = new Map([
  [0o010000, "a fifo"],
  [0o020000, "a character device"],
  [0o060000, "a block device"],
  [0o140000, "a socket"],
]);

/** A folder's name ends in a slash (APPNOTE 4.4.17); the type of Unix stands in the upper half of the attributes. */
function typeOf(entry: Entry, name: string): ArchiveEntry["type"] {
  const byName = name.endsWith("/") ? "folder" : "file";
  const bits = (entry.externalFileAttributes >>> 16) & typeMask;
  const type = bits === 0 ? byName : fileTypes.get(bits);
  if (type === undefined) {
    const what = otherTypes.get(bits) ?? `of type ${bits.toString(8)}`;
    throw new ArchiveProblem(`has an entry ${shown(name)}, which is ${what}: neither a file, a folder nor a link`);
  }
  if ((type === "folder") !== (byName === "folder")) {
    throw new ArchiveProblem(
      `has an entry ${shown(name)}, which is a ${byName} by its name and a ${type} by its attributes`,
    );
  }
  if (type === "folder" && entry.uncompressedSize !== 0)
    throw new ArchiveProblem(`has a folder ${shown(name)} with content`);
  return type;
}

/** Longer than any path. */
const targetLimit = 4096;

async function linkTarget(zip: ZipFile, entry: Entry, name: string): Promise<string> {
  if (entry.uncompressedSize > targetLimit)
    throw new ArchiveProblem(`has a link ${shown(name)} of ${entry.uncompressedSize} bytes`);
  const chunks: Uint8Array[] = [];
  await readContent(zip, entry, name, (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks).toString();
}

async function unpack(zip: ZipFile, entry: Entry, path: string, wanted: WantedFiles): Promise<void> {
  wanted.begin(path);
  await readContent(zip, entry, path, (chunk) => wanted.write(chunk));
  wanted.finish();
}

async function readContent(zip: ZipFile, entry: Entry, name: string, take: (chunk: Buffer) => void): Promise<void> {
  let checksum = 0;
  const stream = await zip.openReadStreamPromise(entry);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      checksum = crc32(chunk, checksum);
      take(chunk);
    }
  } catch (error) {
    if (!isFromArchive(error)) throw error;
    throw new ArchiveProblem(`is damaged: ${shown(name)} cannot be read (${error.message})`);
  } finally {
    stream.destroy();
  }
  if (checksum !== entry.crc32)
    throw new ArchiveProblem(`is damaged: ${shown(name)} has another checksum than it should have`);
}

/** Errors of the system have a `syscall`: they are the disk's. */
function isFromArchive(error: unknown): error is Error {
  return error instanceof Error && !("syscall" in error);
}

/** yauzl's own findings are plain errors. */
function explained(error: unknown): unknown {
  if (!isFromArchive(error) || error instanceof ArchiveProblem) return error;
  if (error.name !== "Error") return error;
  if (/End of central directory record signature not found/.test(error.message)) {
    return new ArchiveProblem("is no zip archive, or is cut short");
  }
  if (/Invalid comment length/.test(error.message)) return new ArchiveProblem("has other bytes behind its end");
  if (/strong encryption/.test(error.message)) return new ArchiveProblem("has an encrypted entry");
  return new ArchiveProblem(`is damaged: ${error.message}`);
}
