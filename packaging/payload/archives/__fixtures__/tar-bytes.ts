/** Tar archives made byte by byte, so that they may hold what no honest writer writes. */

export interface TarMember {
  readonly name: string | Buffer;
  readonly type?: string;
  readonly content?: string | Buffer;
  readonly link?: string;
  /** In the header, where it is not that of the content. */
  readonly size?: number | Buffer;
  readonly prefix?: string;
  readonly magic?: string;
  readonly checksum?: number;
}

export function tarMember(member: TarMember): Buffer {
  const { name, type = "0", content = "", link = "", prefix = "", magic = "ustar\x0000" } = member;
  const bytes = Buffer.from(content);
  const { size = bytes.length } = member;
  const header = Buffer.alloc(512);
  (typeof name === "string" ? Buffer.from(name) : name).copy(header, 0, 0, 100);
  header.write("0000755\0" + "0000000\0" + "0000000\0", 100);
  if (typeof size === "number") header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  else size.copy(header, 124);
  header.write("00000000000\0        ", 136);
  header.write(type, 156, "latin1");
  header.write(link, 157, 100);
  header.write(magic, 257, "latin1");
  header.write(prefix, 345, 155);
  const sum = member.checksum ?? header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

export const tarEnd = Buffer.alloc(1024);

export function tar(...members: readonly (TarMember | Buffer)[]): Buffer {
  return Buffer.concat([...members.map((it) => (Buffer.isBuffer(it) ? it : tarMember(it))), tarEnd]);
}

/** A pax header with these records; `type` g for all entries after it. */
export function pax(records: Readonly<Record<string, string | Buffer>>, type = "x"): Buffer {
  const lines = Object.entries(records).map(([key, value]) => paxRecord(key, Buffer.from(value)));
  return tarMember({ name: "PaxHeaders/x", type, content: Buffer.concat(lines) });
}

export function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** A number in base 256 (GNU tar), eleven bytes. */
export function base256(value: bigint): Buffer {
  const field = Buffer.alloc(12);
  field[0] = 0x80;
  field.writeBigUInt64BE(value, 4);
  return field;
}
