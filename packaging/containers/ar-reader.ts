import { refusal } from "../errors.ts";
import { ByteSource } from "./byte-source.ts";

/** A member as read. Its content is streamed; what is left of it unread is skipped when the next member is asked for. */
export interface ReadArMember {
  readonly name: string;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** An archive with more members than this is no package. */
const mostMembers = 1000;
const headerSize = 60;

/** Reads an ar archive (common format, no long names), member by member. Damage is refused as SLW-FORMAT. */
export async function* readAr(source: AsyncIterable<Uint8Array>): AsyncGenerator<ReadArMember> {
  const bytes = new ByteSource(source, "The ar archive");
  try {
    const magic = (await bytes.bytes(8)).toString("latin1");
    if (magic !== "!<arch>\n") throw refusal("SLW-FORMAT", "This is no ar archive: it does not start with !<arch>.");
    for (let count = 0; !(await bytes.atEnd()); count += 1) {
      if (count === mostMembers) throw refusal("SLW-FORMAT", `The ar archive has more than ${mostMembers} members.`);
      const header = parseHeader(await bytes.bytes(headerSize));
      const end = bytes.position + header.size;
      yield { ...header, content: bytes.stream(header.size) };
      await bytes.skip(end - bytes.position);
      if (header.size % 2 === 1 && (await bytes.bytes(1))[0] !== 0x0a) throw damaged("padding", header.name);
    }
  } finally {
    await bytes.close();
  }
}

function parseHeader(header: Buffer): { readonly name: string; readonly size: number; readonly mtime: number } {
  const text = header.toString("latin1");
  const name = text.slice(0, 16).trimEnd().replace(/\/$/, "");
  if (text.slice(58) !== "`\n") throw damaged("end of header", name);
  if (!/^[\x21-\x2e\x30-\x7e]{1,16}$/.test(name)) throw damaged("name", name);
  return { name, mtime: decimal(text.slice(16, 28), "time", name), size: decimal(text.slice(48, 58), "size", name) };
}

function decimal(field: string, what: string, member: string): number {
  if (!/^\d+ *$/.test(field)) throw damaged(what, member);
  return Number(field);
}

function damaged(what: string, member: string): Error {
  return refusal(
    "SLW-FORMAT",
    `The ar archive is damaged: the ${what} of member ${JSON.stringify(member)} is not valid.`,
  );
}
