import { ByteSource } from "../../containers/byte-source.ts";
import { collect, contentOf } from "../../containers/member-content.ts";
import { refusal } from "../../errors.ts";
import { shorten } from "../../manifest/printable.ts";
import { type CpioField, fieldLengths, headerLength, magic, trailerName, typeBits } from "./cpio-header.ts";

/** An entry as read. A file's content is streamed; what is left of it unread is skipped when the next entry is asked for. */
export interface ReadCpioEntry {
  readonly type: "directory" | "symlink" | "file";
  /** As stored: `.` or `./usr/local/bin/x`. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly size: number;
  /** A symbolic link's target, else empty. */
  readonly target: string;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface CpioLimits {
  readonly entries: number;
  /** Bytes of one name or link target. */
  readonly name: number;
}

type CpioFields = Readonly<Record<CpioField, number>>;

const defaultLimits: CpioLimits = { entries: 262_144, name: 4096 };
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a cpio archive of the old portable format (odc), entry by entry. Names are told as they are stored, whatever they
 * are. Hard links, devices, damage, bytes after the end, and what is beyond the limits is refused as SLW-FORMAT.
 */
export async function* readCpio(
  source: AsyncIterable<Uint8Array>,
  limits: CpioLimits = defaultLimits,
): AsyncGenerator<ReadCpioEntry> {
  const bytes = new ByteSource(source, "The cpio archive");
  try {
    for (let count = 0; ; count += 1) {
      const fields = parseFields(await bytes.bytes(headerLength));
      if (fields.namesize > limits.name + 1) throw damaged(`a name is longer than ${limits.name} bytes`);
      const path = nameOf(await bytes.bytes(fields.namesize));
      if (path === trailerName) {
        if (fields.filesize !== 0) throw damaged("its end has content");
        break;
      }
      if (count === limits.entries) throw damaged(`it has more than ${limits.entries} entries`);
      const end = bytes.position + fields.filesize;
      yield await entryOf(path, fields, bytes, limits);
      await bytes.skip(end - bytes.position);
    }
    for await (const chunk of bytes.rest()) if (chunk.some((byte) => byte !== 0)) throw damaged("bytes follow its end");
  } finally {
    await bytes.close();
  }
}

async function entryOf(
  path: string,
  fields: CpioFields,
  bytes: ByteSource,
  limits: CpioLimits,
): Promise<ReadCpioEntry> {
  const { mode, uid, gid, mtime, nlink, filesize } = fields;
  const type = typeOf(mode, path);
  if (type === "file" && nlink > 1) throw damaged(`${shown(path)} is a hard link, which is not read`);
  if (type === "directory" && filesize !== 0) throw damaged(`${shown(path)} is a directory with content`);
  const base = { type, path, mode: mode & 0o7777, uid, gid, mtime };
  if (type !== "symlink") return { ...base, size: filesize, target: "", content: bytes.stream(filesize) };
  if (filesize > limits.name) throw damaged(`the target of ${shown(path)} is longer than ${limits.name} bytes`);
  const target = textOf(await collect(bytes.stream(filesize)));
  return { ...base, size: 0, target, content: contentOf(Buffer.alloc(0)) };
}

function parseFields(header: Buffer): CpioFields {
  const text = header.toString("latin1");
  if (!text.startsWith(magic)) throw damaged("an entry does not start with 070707, as odc's do");
  let at = magic.length;
  const numbers = Object.entries(fieldLengths).map(([field, length]) => {
    const digits = text.slice(at, at + length);
    at += length;
    if (!/^[0-7]+$/.test(digits)) throw damaged(`the ${field} field of an entry is no number`);
    return [field, Number.parseInt(digits, 8)];
  });
  return Object.fromEntries(numbers);
}

function typeOf(mode: number, path: string): ReadCpioEntry["type"] {
  const types = Object.keys(typeBits) as ReadCpioEntry["type"][];
  const found = types.find((type) => typeBits[type] === (mode & ~0o7777));
  if (found === undefined) throw damaged(`${shown(path)} is neither file, directory nor link`);
  return found;
}

function nameOf(bytes: Buffer): string {
  if (bytes.at(-1) !== 0) throw damaged("a name has no end");
  return textOf(bytes.subarray(0, -1));
}

function textOf(bytes: Buffer): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw damaged("a name is not UTF-8");
  }
  if (text === "" || text.includes("\0")) throw damaged("a name is empty or no text");
  return text;
}

function shown(path: string): string {
  return JSON.stringify(shorten(path));
}

function damaged(what: string): Error {
  return refusal("SLW-FORMAT", `The cpio archive cannot be read: ${what}.`);
}
