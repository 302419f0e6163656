import { refusal } from "../errors.ts";
import { exactly } from "./member-content.ts";

/** One member of an ar archive. Its size is known before its content, because the header comes first. */
export interface ArMember {
  /** At most 16 bytes of ASCII without space or slash: deb(5) allows no table of long names. */
  readonly name: string;
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

const memberName = /^[\x21-\x2e\x30-\x7e]{1,16}$/;
const largestSize = 9_999_999_999;
const largestTime = 999_999_999_999;

/**
 * Writes an ar archive in the common format that deb(5) asks for: members in the order given, owner 0:0, mode 100644,
 * `epoch` (seconds since 1970) as every member's time. Refuses (SLW-FORMAT) what the format cannot express.
 */
export async function* writeAr(members: Iterable<ArMember>, epoch: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from("!<arch>\n");
  for (const member of members) {
    yield arHeader(member, epoch);
    yield* exactly(member.content, member.size, member.name);
    if (member.size % 2 === 1) yield Buffer.from("\n");
  }
}

function arHeader({ name, size }: ArMember, epoch: number): Buffer {
  if (!memberName.test(name)) {
    throw refusal(
      "SLW-FORMAT",
      `An ar member cannot be called "${name}": expected 1 to 16 ASCII characters, no slash.`,
    );
  }
  if (size > largestSize) {
    throw refusal("SLW-FORMAT", `${name} has ${size} bytes; an ar archive holds at most ${largestSize} in one member.`);
  }
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > largestTime) {
    throw refusal("SLW-FORMAT", `An ar archive cannot hold the time ${epoch}.`);
  }
  const fields = [name.padEnd(16), `${epoch}`.padEnd(12), "0".padEnd(6), "0".padEnd(6), "100644".padEnd(8)];
  return Buffer.from(`${fields.join("")}${`${size}`.padEnd(10)}\`\n`, "latin1");
}
