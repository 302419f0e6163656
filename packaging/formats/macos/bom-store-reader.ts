import { refusal } from "../../errors.ts";
import { shorten } from "../../manifest/printable.ts";
import { headerSize, pointerSize, storeMagic, storeVersion } from "./bom-store.ts";

/** A store of blocks as read: nothing is copied. Damage is refused as SLW-FORMAT. */
export interface ReadBomStore {
  /** A block by its number; one that is outside of the file or shorter than `least` is refused. */
  block(number: number, least: number): Buffer;
  /** A block by its name. */
  named(name: string, least: number): Buffer;
}

/** A Bom has five; other stores of Apple's have a few more. */
const mostNames = 100;

/** Reads the header, index and names of a store (see bom-store.ts) whose size the caller has bounded. */
export function readBomStore(bytes: Buffer): ReadBomStore {
  if (bytes.length < headerSize || bytes.toString("latin1", 0, storeMagic.length) !== storeMagic) {
    throw refusal("SLW-FORMAT", "This is no Bom: it does not start with BOMStore.");
  }
  const word = (at: number) => bytes.readUInt32BE(storeMagic.length + 4 * at);
  if (word(0) !== storeVersion) throw damagedBom(`its version is ${word(0)}, and read is ${storeVersion}`);
  const index = range(bytes, word(2), word(3), "its index");
  const blocks = countOf(index, "its index");
  if (blocks * pointerSize > index.length - 4) throw damagedBom("its index is too short");
  const names = readNames(range(bytes, word(4), word(5), "its list of names"));
  const block = (number: number, least: number) => {
    if (number === 0 || number >= blocks) throw damagedBom(`there is no block ${number}`);
    const at = 4 + pointerSize * number;
    const found = range(bytes, index.readUInt32BE(at), index.readUInt32BE(at + 4), `block ${number}`);
    if (found.length < least) throw damagedBom(`block ${number} has ${found.length} bytes, fewer than ${least}`);
    return found;
  };
  return {
    block,
    named: (name, least) => {
      const number = names.get(name);
      if (number === undefined) throw damagedBom(`there is no ${name}`);
      return block(number, least);
    },
  };
}

function readNames(bytes: Buffer): ReadonlyMap<string, number> {
  const count = countOf(bytes, "its list of names");
  if (count > mostNames) throw damagedBom(`it names more than ${mostNames} blocks`);
  const names = new Map<string, number>();
  let at = 4;
  for (let left = count; left > 0; left -= 1) {
    const end = at + 5 + (at + 5 <= bytes.length ? bytes.readUInt8(at + 4) : 0);
    if (end > bytes.length || at + 5 > bytes.length) throw damagedBom("its list of names is too short");
    const name = bytes.toString("latin1", at + 5, end);
    if (names.has(name)) throw damagedBom(`two blocks are called ${JSON.stringify(shorten(name))}`);
    names.set(name, bytes.readUInt32BE(at));
    at = end;
  }
  return names;
}

function countOf(bytes: Buffer, what: string): number {
  if (bytes.length < 4) throw damagedBom(`${what} is too short`);
  return bytes.readUInt32BE(0);
}

function range(bytes: Buffer, address: number, length: number, what: string): Buffer {
  if (address + length > bytes.length) throw damagedBom(`${what} is outside of it`);
  return bytes.subarray(address, address + length);
}

export function damagedBom(what: string): Error {
  return refusal("SLW-FORMAT", `The Bom cannot be read: ${what}.`);
}
