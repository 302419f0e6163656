import type { FileHandle } from "node:fs/promises";
import { fileRange } from "../../containers/file-range.ts";
import { collect, contentOf } from "../../containers/member-content.ts";
import { refusal } from "../../errors.ts";

/**
 * A notary ticket behind a xar archive: an end mark, the ticket, and a mark that says how long it is, so that a reader
 * finds it from the end of the file (apple-codesign, `stapling.rs`). Marks are little-endian: "t8lr", version 1, kind,
 * length of what is before it, and four bytes of nothing.
 */
const markMagic = Buffer.from("t8lr", "latin1");
const ticketMagic = Buffer.from("s8ch", "latin1");
const markSize = 16;
const version = 1;
const kinds = { end: 1, ticket: 2 } as const;
/** A ticket has a few kilobytes. */
const largestTicket = 1 << 20;

export interface StapledPkg {
  /** Bytes of the archive: all before the end mark. */
  readonly size: number;
  readonly ticket: Buffer | undefined;
}

/** Whether bytes may be a notary ticket: what they say is Apple's to know. */
export function isTicket(bytes: Uint8Array): boolean {
  return bytes.length <= largestTicket && ticketMagic.equals(bytes.subarray(0, ticketMagic.length));
}

/**
 * A signed package with a ticket stapled to it: the archive's own bytes, then the ticket. The same archive and ticket give
 * the same bytes. Refuses (SLW-FORMAT) a ticket that is none.
 */
export async function* staplePkg(archive: AsyncIterable<Uint8Array>, ticket: Uint8Array): AsyncGenerator<Uint8Array> {
  if (!isTicket(ticket)) throw refusal("SLW-FORMAT", "What is to be stapled to the macOS package is no notary ticket.");
  yield* archive;
  yield* contentOf(mark(kinds.end, 0));
  yield* contentOf(ticket);
  yield* contentOf(mark(kinds.ticket, ticket.length));
}

/** Bytes that stapling adds to a package. */
export function stapledSize(size: number, ticket: Uint8Array): number {
  return size + 2 * markSize + ticket.length;
}

/**
 * Where a package ends and its ticket begins. A package without a mark at its end is one without a ticket; one with a mark
 * and anything but a ticket before it is refused (SLW-FORMAT).
 */
export async function readStapledTicket(file: FileHandle, size: number): Promise<StapledPkg> {
  const last = await markAt(file, size - markSize);
  if (last === undefined) return { size, ticket: undefined };
  const start = size - markSize - last.length;
  if (last.kind !== kinds.ticket || last.length > largestTicket || start < markSize) throw damaged();
  const end = await markAt(file, start - markSize);
  if (end?.kind !== kinds.end || end.length !== 0) throw damaged();
  const ticket = await collect(fileRange(file, start, start + last.length));
  if (!isTicket(ticket)) throw damaged();
  return { size: start - markSize, ticket };
}

function mark(kind: number, length: number): Buffer {
  const bytes = Buffer.alloc(markSize);
  markMagic.copy(bytes);
  bytes.writeUInt16LE(version, 4);
  bytes.writeUInt16LE(kind, 6);
  bytes.writeUInt32LE(length, 8);
  return bytes;
}

async function markAt(
  file: FileHandle,
  at: number,
): Promise<{ readonly kind: number; readonly length: number } | undefined> {
  if (at < 0) return undefined;
  const bytes = await collect(fileRange(file, at, at + markSize));
  if (bytes.length < markSize || !bytes.subarray(0, markMagic.length).equals(markMagic)) return undefined;
  const found = { kind: bytes.readUInt16LE(6), length: bytes.readUInt32LE(8) };
  if (!mark(found.kind, found.length).equals(bytes)) throw damaged();
  return found;
}

function damaged(): Error {
  return refusal("SLW-FORMAT", "The macOS package has damage where a notary ticket is stapled to it.");
}
