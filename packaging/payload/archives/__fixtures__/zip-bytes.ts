import { crc32, deflateRawSync } from "node:zlib";

/** Zip archives made byte by byte, so that they may hold what no honest writer writes. */

export interface ZipMember {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** 0 stored (where left out), 8 deflate, or any other number over stored bytes. */
  readonly method?: number;
  readonly flags?: number;
  /** The upper half of the external attributes: type and mode of Unix. */
  readonly mode?: number;
  readonly crc?: number;
  /** Plain size in both headers. */
  readonly size?: number;
  readonly extra?: Buffer;
  /** What the local header says instead. */
  readonly local?: {
    readonly name?: string;
    readonly method?: number;
    readonly size?: number;
    readonly flags?: number;
    readonly crc?: number;
    readonly extra?: Buffer;
    readonly compressed?: number;
  };
  /** Behind the data. */
  readonly descriptor?: Buffer;
  /** Points to where another entry is. */
  readonly offset?: number;
}

export interface ZipShape {
  readonly before?: Buffer;
  readonly between?: Buffer;
  readonly after?: Buffer;
  readonly count?: number;
  readonly comment?: string;
}

export function zip(members: readonly ZipMember[], shape: ZipShape = {}): Buffer {
  const { before = Buffer.alloc(0), between = Buffer.alloc(0), after = Buffer.alloc(0), comment = "" } = shape;
  const parts = [before];
  const central: Buffer[] = [];
  let at = before.length;
  for (const member of members) {
    const { local, directory } = headersOf(member, at);
    parts.push(local);
    central.push(directory);
    at += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  const count = shape.count ?? members.length;
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at + between.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, between, directory, end, Buffer.from(comment), after]);
}

function headersOf(member: ZipMember, at: number): { readonly local: Buffer; readonly directory: Buffer } {
  const {
    content = "",
    method = 0,
    flags = 0x800,
    mode = 0,
    extra = Buffer.alloc(0),
    descriptor = Buffer.alloc(0),
  } = member;
  const name = Buffer.from(member.name);
  const plain = Buffer.from(content);
  const data = method === 8 ? deflateRawSync(plain) : plain;
  const { size = plain.length, crc = crc32(plain), local: other = {} } = member;
  const localName = Buffer.from(other.name ?? name);
  const localExtra = other.extra ?? extra;
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(other.flags ?? flags, 6);
  local.writeUInt16LE(other.method ?? method, 8);
  local.writeUInt32LE(other.crc ?? crc, 14);
  local.writeUInt32LE(other.compressed ?? data.length, 18);
  local.writeUInt32LE(other.size ?? size, 22);
  local.writeUInt16LE(localName.length, 26);
  local.writeUInt16LE(localExtra.length, 28);
  const directory = Buffer.alloc(46);
  directory.writeUInt32LE(0x02014b50, 0);
  directory.writeUInt16LE(0x314, 4);
  directory.writeUInt16LE(20, 6);
  directory.writeUInt16LE(flags, 8);
  directory.writeUInt16LE(method, 10);
  directory.writeUInt32LE(crc, 16);
  directory.writeUInt32LE(data.length, 20);
  directory.writeUInt32LE(size, 24);
  directory.writeUInt16LE(name.length, 28);
  directory.writeUInt16LE(extra.length, 30);
  directory.writeUInt32LE(mode * 0x10000, 38);
  directory.writeUInt32LE(member.offset ?? at, 42);
  return {
    local: Buffer.concat([local, localName, localExtra, data, descriptor]),
    directory: Buffer.concat([directory, name, extra]),
  };
}

/** An extra field (APPNOTE 4.5). */
export function extraField(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}
