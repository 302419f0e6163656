import { refusal } from "../../errors.ts";
import { shorten } from "../../manifest/printable.ts";
import { type BomEntry, entryTypes, info1Size, info2, node, tree } from "./bom-layout.ts";
import { damagedBom, type ReadBomStore, readBomStore } from "./bom-store-reader.ts";

export interface BomLimits {
  /** Bytes of the Bom: it is read as a whole. */
  readonly size: number;
  readonly entries: number;
  /** Characters of one path or link target. */
  readonly path: number;
  /** Characters of all paths together: they are told whole, and the Bom has each directory's name once. */
  readonly paths: number;
}

/** A pair of a leaf: the blocks of an entry's number and of its name. */
type Pair = readonly [info: number, file: number];

const defaultLimits: BomLimits = { size: 64 << 20, entries: 262_144, path: 4096, paths: 32 << 20 };
/** A tree of nodes with two pairs each would be as deep for a billion paths. */
const deepest = 32;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a bill of materials, entries in its own order: a directory before what is in it. What else a Bom can hold (devices,
 * sizes beyond 4 GiB, hard links) is not looked at, but for entries of other types. Damage, and what is beyond the limits,
 * is refused as SLW-FORMAT.
 */
export function readBom(bytes: Uint8Array, limits: BomLimits = defaultLimits): readonly BomEntry[] {
  if (bytes.length > limits.size) throw refusal("SLW-FORMAT", `The Bom is larger than ${limits.size} bytes.`);
  const store = readBomStore(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const paths = store.named("Paths", tree.size);
  if (paths.toString("latin1", 0, 4) !== tree.magic) throw damagedBom("its Paths are no tree");
  const leaves = new LeafReader(store, limits.entries);
  leaves.read(paths.readUInt32BE(tree.child), 0);
  leaves.end();
  if (leaves.pairs.length !== paths.readUInt32BE(tree.paths)) throw damagedBom("its number of paths is wrong");
  const directories = new Map<number, string>([[0, ""]]);
  const ids = new Set<number>();
  const seen = new Set<string>();
  let length = 0;
  return leaves.pairs.map(([info, file]) => {
    const number = store.block(info, info1Size);
    const id = number.readUInt32BE(0);
    const path = pathOf(store.block(file, 5), directories);
    length += path.length;
    if (path.length > limits.path || length > limits.paths) throw damagedBom("its paths are too long");
    if (seen.has(path) || ids.has(id) || id === 0) throw damagedBom(`${shown(path)} or its number is there twice`);
    seen.add(path);
    ids.add(id);
    const entry = entryOf(path, store.block(number.readUInt32BE(4), info2.size), limits);
    if (entry.type === "directory") directories.set(id, path);
    return entry;
  });
}

/** Collects the pairs of all leaves below a node, and holds the chain that goes through the leaves against their order. */
class LeafReader {
  readonly pairs: Pair[] = [];
  readonly #store: ReadBomStore;
  readonly #limit: number;
  #nodes = 0;
  #last = 0;
  #expected: number | undefined;

  constructor(store: ReadBomStore, limit: number) {
    this.#store = store;
    this.#limit = limit;
  }

  read(number: number, depth: number): void {
    this.#nodes += 1;
    if (depth > deepest || this.#nodes > this.#limit) throw damagedBom("its tree has no end");
    const block = this.#store.block(number, node.size);
    const count = block.readUInt16BE(node.count);
    if (node.size + count * node.pair > block.length) throw damagedBom(`node ${number} is too short`);
    const leaf = block.readUInt16BE(0) !== 0;
    if (leaf) this.#link(number, block);
    for (let at = node.size, left = count; left > 0; left -= 1, at += node.pair) {
      if (!leaf) this.read(block.readUInt32BE(at), depth + 1);
      else this.pairs.push([block.readUInt32BE(at), block.readUInt32BE(at + 4)]);
    }
    if (this.pairs.length > this.#limit) throw damagedBom(`it has more than ${this.#limit} entries`);
  }

  #link(number: number, block: Buffer): void {
    const chained = this.#expected === undefined || this.#expected === number;
    if (!chained || block.readUInt32BE(node.backward) !== this.#last) throw damagedBom("its leaves are not in order");
    this.#last = number;
    this.#expected = block.readUInt32BE(node.forward);
  }

  end(): void {
    if (this.#expected !== 0) throw damagedBom("its leaves do not end");
  }
}

function pathOf(file: Buffer, directories: ReadonlyMap<number, string>): string {
  const parent = directories.get(file.readUInt32BE(0));
  const name = textOf(file.subarray(4));
  if (parent === undefined) throw damagedBom(`${shown(name)} is in no directory before it`);
  const root = parent === "";
  if (root !== (name === ".") || name === "" || name === ".." || name.includes("/")) {
    throw damagedBom(`${shown(name)} is no name`);
  }
  return root ? name : `${parent}/${name}`;
}

function entryOf(path: string, block: Buffer, limits: BomLimits): BomEntry {
  const number = block.readUInt8(info2.type);
  const mode = block.readUInt16BE(info2.mode);
  const type = (Object.keys(entryTypes) as BomEntry["type"][]).find((name) => entryTypes[name].number === number);
  if (type === undefined || (mode & ~0o7777) !== entryTypes[type].bits) {
    throw damagedBom(`${shown(path)} is neither file, directory nor link`);
  }
  const length = block.readUInt32BE(info2.targetLength);
  if (info2.size + length > block.length) throw damagedBom(`the block of ${shown(path)} is too short`);
  const target = length === 0 ? "" : textOf(block.subarray(info2.size, info2.size + length));
  if (target.length > limits.path) throw damagedBom(`the target of ${shown(path)} is too long`);
  if ((type === "symlink") !== (target !== "")) throw damagedBom(`${shown(path)} has a target and is no link, or none`);
  return {
    path,
    type,
    mode: mode & 0o7777,
    uid: block.readUInt32BE(info2.uid),
    gid: block.readUInt32BE(info2.gid),
    mtime: block.readUInt32BE(info2.mtime),
    size: block.readUInt32BE(info2.bytes),
    checksum: block.readUInt32BE(info2.checksum),
    target,
  };
}

/** Ends with a zero byte, and has none before. */
function textOf(bytes: Buffer): string {
  if (bytes.indexOf(0) !== bytes.length - 1) throw damagedBom("a name has no end");
  try {
    return utf8.decode(bytes.subarray(0, -1));
  } catch {
    throw damagedBom("a name is not UTF-8");
  }
}

function shown(path: string): string {
  return JSON.stringify(shorten(path));
}
