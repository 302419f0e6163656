import { longestName } from "../cfb/directory-entry.ts";
import { shown, unwritable } from "./damaged.ts";

/**
 * Names of streams in an installer's database. Two letters of the 64 that names are made of go into one UTF-16 unit, so that
 * 31 units hold 62 letters; all other letters stand for themselves. Microsoft has not described it; Wine and msitools have
 * it the same (`encode_streamname`).
 */
const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
const pairs = 0x3800;
const single = 0x4800;
/** Stands before the name of a table. */
const tableMark = "\u{4840}";

export interface StreamName {
  readonly name: string;
  /** Whether the stream holds the rows of the table of that name, or is one of the database's own. */
  readonly table: boolean;
}

/** Refuses (SLW-FORMAT) a name that is too long for a compound file. */
export function encodeStreamName({ name, table }: StreamName): string {
  const packed = name.replace(/[\w.]{1,2}/g, ([first = "", second]) => {
    const low = letters.indexOf(first);
    return String.fromCharCode(second === undefined ? single + low : pairs + low + (letters.indexOf(second) << 6));
  });
  const encoded = table ? tableMark + packed : packed;
  if (encoded.length > longestName) throw unwritable(`the name ${shown(name)} is too long for a stream`);
  return encoded;
}

/** What a stream of the file is called in the database. */
export function decodeStreamName(encoded: string): StreamName {
  const table = encoded.startsWith(tableMark);
  const units = table ? encoded.slice(tableMark.length) : encoded;
  const name = units.replace(/[\u{3800}-\u{483f}]/gu, (unit) => {
    const value = unit.charCodeAt(0);
    if (value >= single) return letters.charAt(value - single);
    return letters.charAt((value - pairs) & 63) + letters.charAt((value - pairs) >> 6);
  });
  return { name, table };
}
