import { isUtf8 } from "node:buffer";
import { ArchiveProblem } from "./archive-problem.ts";

/** What a pax header says of the entry after it, as far as it decides what is unpacked. */
export interface PaxHeader {
  readonly path?: string;
  readonly linkpath?: string;
  readonly size?: number;
}

const deciding = ["path", "linkpath", "size", "type"] as const;

/**
 * Reads the records of a pax header strictly (POSIX.1-2024, pax, "pax Extended Header"): each is a length, a keyword and
 * a value, to the last byte. Attributes, owners and times are passed over.
 */
export function readPaxHeader(body: Buffer, global: boolean): PaxHeader {
  const found = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const digits = /^[1-9][0-9]{0,8}(?= )/.exec(body.toString("latin1", at, at + 10))?.[0];
    const end = at + Number(digits ?? 0);
    const equals = body.indexOf("=", at);
    if (digits === undefined || end > body.length || equals === -1 || equals >= end || body[end - 1] !== 0x0a) {
      throw new ArchiveProblem("is damaged: a pax header cannot be read");
    }
    const key = body.toString("latin1", at + digits.length + 1, equals);
    if (key.startsWith("GNU.sparse.") || key === "SUN.holesdata") throw sparse();
    if (deciding.some((name) => name === key)) {
      if (found.has(key)) throw new ArchiveProblem(`has a pax header with two values of ${key}`);
      if (global) throw new ArchiveProblem(`has a pax header that gives every entry one ${key}`);
      found.set(key, utf8Value(body.subarray(equals + 1, end - 1), key));
    }
    at = end;
  }
  return headerOf(found);
}

/** Sparse files are stored as a map and pieces; no program is one. */
export function sparse(): ArchiveProblem {
  return new ArchiveProblem("has a sparse file", "Pack it anew without holes: GNU tar makes them with --sparse only.");
}

function utf8Value(bytes: Buffer, key: string): string {
  if (!isUtf8(bytes)) throw new ArchiveProblem(`has a pax header whose ${key} is not UTF-8`);
  const value = bytes.toString();
  if (value === "" || /[\0\n]/.test(value)) throw new ArchiveProblem(`has a pax header whose ${key} is no ${key}`);
  return value;
}

function headerOf(found: ReadonlyMap<string, string>): PaxHeader {
  if (found.has("type")) throw new ArchiveProblem("has a pax header that changes an entry's type");
  const path = found.get("path");
  const linkpath = found.get("linkpath");
  const size = found.get("size");
  if (size !== undefined && !/^(?:0|[1-9][0-9]{0,14})$/.test(size))
    throw new ArchiveProblem("has a pax header whose size is no size");
  return {
    ...(path === undefined ? {} : { path }),
    ...(linkpath === undefined ? {} : { linkpath }),
    ...(size === undefined ? {} : { size: Number(size) }),
  };
}
