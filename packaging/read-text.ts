import { open } from "node:fs/promises";
import { type ErrorCode, type Mistake, refusal } from "./errors.ts";

/** A kind of text file that a person writes. */
export interface TextKind {
  /** As messages name it: "a manifest". */
  readonly what: string;
  /** Most bytes that one has: a multiple of 1 MiB. What is larger is another file. */
  readonly largest: number;
  /** What a file that is none is refused with. */
  readonly code: ErrorCode;
}

/**
 * Reads a file as UTF-8 text, and no more than it may have; `displayName` is what messages call it. Refuses with the kind's
 * code what cannot be read, is too large or is no text.
 */
export async function readText(
  file: string,
  displayName: string,
  kind: TextKind,
  more: Omit<Mistake, "code" | "message"> = {},
): Promise<string> {
  const bytes = await readLimited(file, displayName, kind, more);
  if (bytes.length > kind.largest) throw tooLarge(displayName, kind);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw refusal(kind.code, `${displayName}: expected UTF-8 text, found other bytes`);
  }
}

/** The refusal of a text with more bytes than its kind has. */
export function tooLarge(displayName: string, { what, largest, code }: TextKind): Error {
  return refusal(code, `${displayName}: expected ${what} of at most ${largest >> 20} MiB, found a larger file`);
}

async function readLimited(
  file: string,
  displayName: string,
  { what, largest, code }: TextKind,
  more: Omit<Mistake, "code" | "message">,
): Promise<Uint8Array> {
  try {
    await using handle = await open(file, "r");
    const buffer = new Uint8Array(largest + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= largest; length += read)
      ({ bytesRead: read } = await handle.read(buffer, length, buffer.length - length));
    return buffer.subarray(0, length);
  } catch (cause) {
    const reason = unreadable[cause instanceof Error && "code" in cause ? String(cause.code) : ""];
    if (reason === undefined) throw cause;
    throw refusal(code, `${displayName}: expected ${what}, found ${reason}`, more);
  }
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "a folder",
  EACCES: "a file that this user may not read",
  EPERM: "a file that this user may not read",
};
