import { type ArchiveEntry, checkArchiveEntry } from "./archive-entry.ts";
import { exactly } from "./member-content.ts";
import {
  blockSize,
  type FieldName,
  field,
  gnuMagic,
  headerChecksum,
  longMarker,
  padding,
  typeFlag,
} from "./tar-header.ts";

/**
 * Writes a tar archive as a stream: GNU's dialect of ustar with long names and links as `L` and `K` entries, and never pax,
 * which `dpkg --unpack` refuses. Owner 0:0 (root:root), `epoch` (seconds since 1970) as every entry's time, no access or
 * change times, entries in the order given, two zero blocks at the end. Refuses what cannot be written as SLW-FORMAT.
 */
export async function* writeTar(entries: Iterable<ArchiveEntry>, epoch: number): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    checkArchiveEntry(entry, "a tar archive");
    yield header(entry, epoch);
    if (entry.type !== "file") continue;
    yield* exactly(entry.content, entry.size, entry.path);
    yield Buffer.alloc(padding(entry.size));
  }
  yield Buffer.alloc(2 * blockSize);
}

/** An entry's header block, after the pseudo-entries of a long name or link. */
function header(entry: ArchiveEntry, epoch: number): Buffer {
  const name = entry.type === "directory" ? `${entry.path}/` : entry.path;
  const link = entry.type === "symlink" ? entry.target : "";
  const size = entry.type === "file" ? entry.size : 0;
  return Buffer.concat([
    longField(link, typeFlag.longLink, field.link[1]),
    longField(name, typeFlag.longName, field.name[1]),
    block({ name, link, size, mode: entry.mode, epoch, type: typeFlag[entry.type] }),
  ]);
}

/** GNU's pseudo-entry that carries what does not fit its field; nothing where it fits. */
function longField(text: string, type: "K" | "L", room: number): Buffer {
  const content = Buffer.from(`${text}\0`);
  if (content.length - 1 <= room) return Buffer.alloc(0);
  const pseudo = block({ name: longMarker, link: "", size: content.length, mode: 0, epoch: 0, type });
  return Buffer.concat([pseudo, content, Buffer.alloc(padding(content.length))]);
}

interface Block {
  readonly name: string;
  readonly link: string;
  readonly size: number;
  readonly mode: number;
  readonly epoch: number;
  readonly type: string;
}

function block(values: Block): Buffer {
  const bytes = Buffer.alloc(blockSize);
  text(bytes, "name", values.name);
  number(bytes, "mode", values.mode);
  number(bytes, "uid", 0);
  number(bytes, "gid", 0);
  number(bytes, "size", values.size);
  number(bytes, "mtime", values.epoch);
  text(bytes, "type", values.type);
  text(bytes, "link", values.link);
  text(bytes, "magic", gnuMagic);
  text(bytes, "owner", "root");
  text(bytes, "group", "root");
  const [at] = field.checksum;
  bytes.write(`${headerChecksum(bytes).toString(8).padStart(6, "0")}\0 `, at, "latin1");
  return bytes;
}

/** What does not fit is cut: the whole stands in the pseudo-entry before. */
function text(bytes: Buffer, name: FieldName, value: string): void {
  const [at, length] = field[name];
  bytes.set(Buffer.from(value).subarray(0, length), at);
}

/** Octal digits and a zero byte; GNU's base-256 where they do not fit (a size of 8 GiB and more). */
function number(bytes: Buffer, name: FieldName, value: number): void {
  const [at, length] = field[name];
  const octal = value.toString(8);
  if (octal.length < length) {
    bytes.write(`${octal.padStart(length - 1, "0")}\0`, at, "latin1");
    return;
  }
  bytes.writeUInt8(0x80, at);
  bytes.writeBigUInt64BE(BigInt(value), at + length - 8);
}
