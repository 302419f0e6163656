import { refusal } from "../errors.ts";
import { ByteSource } from "./byte-source.ts";
import {
  blockSize,
  type FieldName,
  field,
  gnuMagic,
  headerChecksum,
  padding,
  posixMagic,
  typeFlag,
} from "./tar-header.ts";

/** An entry as read. A file's content is streamed; what is left of it unread is skipped when the next entry is asked for. */
export interface ReadTarEntry {
  readonly type: "directory" | "symlink" | "file";
  /** As stored, without a directory's final slash. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly group: string;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly size: number;
  /** A symbolic link's target, else empty. */
  readonly target: string;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface TarLimits {
  readonly entries: number;
  /** Bytes of one name or link target. */
  readonly name: number;
}

const defaultLimits: TarLimits = { entries: 1_000_000, name: 4096 };
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a tar archive (ustar, GNU long names and base-256 numbers), entry by entry. What we never write (pax, hard links,
 * devices, sparse files), damage, bytes after the end, and what is beyond the limits is refused as SLW-FORMAT.
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  limits: TarLimits = defaultLimits,
): AsyncGenerator<ReadTarEntry> {
  const bytes = new ByteSource(source, "The tar archive");
  try {
    let long: { name?: string; link?: string } = {};
    for (let count = 0; ; count += 1) {
      if (count === limits.entries) throw damaged(`it has more than ${limits.entries} entries`);
      const block = await bytes.bytes(blockSize);
      if (!block.some(isSet)) break;
      checkHeader(block);
      const flag = text(block, "type");
      const size = number(block, "size");
      if (flag === typeFlag.longName || flag === typeFlag.longLink) {
        const value = await longText(bytes, size, limits.name);
        long = flag === typeFlag.longName ? { ...long, name: value } : { ...long, link: value };
        continue;
      }
      const end = bytes.position + size;
      yield { ...entryOf(block, size, long), content: bytes.stream(size) };
      await bytes.skip(end - bytes.position + padding(size));
      long = {};
    }
    if (long.name !== undefined || long.link !== undefined) throw damaged("a long name belongs to no entry");
    if ((await bytes.bytes(blockSize)).some(isSet)) throw damaged("its end is marked only once");
    // tar(1) fills its last record with zeros; anything else is content that no tool would list.
    for await (const chunk of bytes.rest()) if (chunk.some(isSet)) throw damaged("bytes follow its end");
  } finally {
    await bytes.close();
  }
}

function isSet(byte: number): boolean {
  return byte !== 0;
}

function checkHeader(block: Buffer): void {
  const magic = raw(block, "magic").toString("latin1");
  if (magic !== gnuMagic && magic !== posixMagic) throw damaged("a header is neither GNU nor ustar");
  if (number(block, "checksum") !== headerChecksum(block)) throw damaged("the checksum of a header is wrong");
}

function entryOf(
  block: Buffer,
  size: number,
  long: { readonly name?: string; readonly link?: string },
): Omit<ReadTarEntry, "content"> {
  const path = long.name ?? splitName(block);
  const type = entryType(text(block, "type"), path);
  if (type !== "file" && size !== 0) throw damaged(`${JSON.stringify(path)} is a ${type} with content`);
  return {
    type,
    path: type === "directory" ? path.replace(/\/$/, "") : path,
    mode: number(block, "mode"),
    uid: number(block, "uid"),
    gid: number(block, "gid"),
    owner: text(block, "owner"),
    group: text(block, "group"),
    mtime: number(block, "mtime"),
    size,
    target: type === "symlink" ? (long.link ?? text(block, "link")) : "",
  };
}

function splitName(block: Buffer): string {
  const prefix = raw(block, "magic").toString("latin1") === posixMagic ? text(block, "prefix") : "";
  return prefix === "" ? text(block, "name") : `${prefix}/${text(block, "name")}`;
}

function entryType(flag: string, path: string): ReadTarEntry["type"] {
  switch (flag) {
    case "":
    case typeFlag.file:
      return "file";
    case typeFlag.directory:
      return "directory";
    case typeFlag.symlink:
      return "symlink";
    default:
      throw damaged(`${JSON.stringify(path)} is of type ${JSON.stringify(flag)}, which is not read`);
  }
}

async function longText(bytes: ByteSource, size: number, limit: number): Promise<string> {
  if (size > limit + 1) throw damaged(`a name of ${size} bytes is longer than ${limit}`);
  const content = await bytes.bytes(size);
  await bytes.skip(padding(size));
  return decode(content);
}

function raw(block: Buffer, name: FieldName): Buffer {
  const [at, length] = field[name];
  return block.subarray(at, at + length);
}

function text(block: Buffer, name: FieldName): string {
  return decode(raw(block, name));
}

function decode(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  try {
    return utf8.decode(end === -1 ? bytes : bytes.subarray(0, end));
  } catch {
    throw damaged("a name is not UTF-8");
  }
}

function number(block: Buffer, name: FieldName): number {
  const bytes = raw(block, name);
  if (bytes[0] === 0x80) {
    const value = bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(value)) throw damaged(`its ${name} field is too large`);
    return value;
  }
  const digits = bytes.toString("latin1").replace(/[\0 ]+$/, "");
  if (!/^ *[0-7]*$/.test(digits)) throw damaged(`the ${name} field of a header is no number`);
  return Number.parseInt(digits.trim() || "0", 8);
}

function damaged(what: string): Error {
  return refusal("SLW-FORMAT", `The tar archive cannot be read: ${what}.`);
}
