import { type ArchiveEntry, checkArchiveEntry } from "../../containers/archive-entry.ts";
import { contentOf, exactly } from "../../containers/member-content.ts";
import { refusal } from "../../errors.ts";
import { blockSize, type CpioField, fieldLengths, largest, magic, trailerName, typeBits } from "./cpio-header.ts";

/**
 * Writes a cpio archive in the old portable format (odc), which Apple's installer unpacks: names `.` and `./...`, owner 0:0
 * (root:wheel), `epoch` (seconds since 1970) as every entry's time, entries in the order given. What the format cannot hold
 * (a file of 8 GiB, a name of 256 KiB, more than 262,142 entries) is refused as SLW-FORMAT.
 */
export async function* writeCpio(entries: Iterable<ArchiveEntry>, epoch: number): AsyncGenerator<Uint8Array> {
  let ino = 0;
  let written = 0;
  for (const entry of entries) {
    ino += 1;
    const { content, size } = contentOfEntry(entry);
    const head = header(entry, { ino, size, epoch });
    yield head;
    yield* exactly(content, size, entry.path);
    written += head.length + size;
  }
  const trailer = record({ nlink: 1, namesize: trailerName.length + 1 }, trailerName);
  yield trailer;
  const rest = (written + trailer.length) % blockSize;
  yield Buffer.alloc((blockSize - rest) % blockSize);
}

function header(
  entry: ArchiveEntry,
  { ino, size, epoch }: { readonly ino: number; readonly size: number; readonly epoch: number },
): Buffer {
  const { path, mode, type } = entry;
  checkArchiveEntry(entry, "a cpio archive");
  if (path !== "." && !path.startsWith("./")) throw refuse(path, "expected a name that starts with ./.");
  const namesize = Buffer.byteLength(path) + 1;
  // No field has anything of the machine: devices are 0, and numbers of files count up.
  const fields = { ino, mode: typeBits[type] + mode, nlink: 1, mtime: epoch, namesize, filesize: size };
  for (const [field, value] of Object.entries(fields) as [CpioField, number][]) {
    if (!(Number.isInteger(value) && value >= 0 && value <= largest(field))) {
      throw refuse(path, `its ${field} is ${value}, and ${largest(field)} is the most that the format holds.`);
    }
  }
  return record(fields, path);
}

function record(fields: Partial<Record<CpioField, number>>, name: string): Buffer {
  const digits = (Object.keys(fieldLengths) as CpioField[]).map((field) =>
    (fields[field] ?? 0).toString(8).padStart(fieldLengths[field], "0"),
  );
  return Buffer.from(`${magic}${digits.join("")}${name}\0`);
}

/** A link's content is its target. */
function contentOfEntry(entry: ArchiveEntry): { readonly content: AsyncIterable<Uint8Array>; readonly size: number } {
  switch (entry.type) {
    case "directory":
      return { content: contentOf(Buffer.alloc(0)), size: 0 };
    case "symlink":
      return { content: contentOf(Buffer.from(entry.target)), size: Buffer.byteLength(entry.target) };
    case "file":
      return entry;
  }
}

function refuse(path: string, what: string): Error {
  return refusal("SLW-FORMAT", `${JSON.stringify(path.slice(0, 200))} cannot be put in a cpio archive: ${what}`);
}
