import { byBytes } from "../../byte-order.ts";
import { refusal } from "../../errors.ts";
import { type BomEntry, entryTypes, info2, node, pairsPerNode, tree } from "./bom-layout.ts";
import { BomStore } from "./bom-store.ts";

/** One inner node of as many leaves: more than one has been seen in no Bom that could be compared. */
const mostEntries = pairsPerNode ** 2;
/** What is known of it, its number, its name. */
const blocksPerEntry = 3;
const largestWord = 0xffff_ffff;

/** An entry, and where it stands: numbers count from 1, and the root has the parent 0. */
interface Numbered {
  readonly entry: BomEntry;
  readonly name: string;
  readonly parent: number;
}

/**
 * Writes the bill of materials of a package, as mkbom(1) does. Entries may come in any order; they are numbered from the top
 * down, level by level, and by their names' bytes. Refuses (SLW-FORMAT) what it cannot hold: more than 65,536 entries, a
 * file of 4 GiB, a path without its directory.
 */
export function writeBom(entries: readonly BomEntry[]): Buffer {
  const numbered = number(entries);
  const store = new BomStore();
  store.name("BomInfo", words(1, numbered.length + 1, 1, 0, 0, 0, 0));
  store.name("Paths", treeBlock(addPaths(store, numbered), 4096, numbered.length));
  const emptyTree = (nodeSize: number) => treeBlock(store.add(nodeBlock({ leaf: true, pairs: [] })), nodeSize, 0);
  store.name("HLIndex", emptyTree(4096));
  store.name("VIndex", Buffer.concat([words(1, store.add(emptyTree(128)), 0), Buffer.alloc(1)]));
  store.name("Size64", emptyTree(4096));
  return store.bytes();
}

function number(entries: readonly BomEntry[]): readonly Numbered[] {
  if (entries.length > mostEntries) throw refusal("SLW-FORMAT", `A Bom holds ${mostEntries} entries at most.`);
  const children = new Map<string, BomEntry[]>();
  for (const entry of entries) {
    checkEntry(entry);
    const parent = parentOf(entry.path);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [entry]);
    else siblings.push(entry);
  }
  const numbered: Numbered[] = [];
  const seen = new Set<string>();
  const addChildren = (folder: string, parent: number) => {
    for (const entry of (children.get(folder) ?? []).sort((a, b) => byBytes(a.path, b.path))) {
      if (seen.has(entry.path)) throw refuse(entry, "it is there twice");
      seen.add(entry.path);
      numbered.push({ entry, name: entry.path.slice(entry.path.lastIndexOf("/") + 1), parent });
    }
  };
  addChildren("", 0);
  // The list grows while it is gone through: level by level.
  let id = 0;
  for (const { entry } of numbered) {
    id += 1;
    if (entry.type === "directory") addChildren(entry.path, id);
  }
  const orphan = entries.find(({ path }) => !seen.has(path));
  if (orphan !== undefined) throw refuse(orphan, "there is no directory that it is in");
  return numbered;
}

/** `.` is in nothing. */
function parentOf(path: string): string {
  return path === "." ? "" : path.slice(0, path.lastIndexOf("/"));
}

function checkEntry(entry: BomEntry): void {
  const { path, type, mode, uid, gid, mtime, size, checksum, target } = entry;
  const names = path.split("/");
  if (names[0] !== "." || names.slice(1).some((name) => name === "" || name === "." || name === "..")) {
    throw refuse(entry, "expected . or a plain path that starts with ./");
  }
  if ([path, target].some((text) => text.includes("\0") || !text.isWellFormed())) throw refuse(entry, "it is no text");
  if ((type === "symlink") !== (target !== "")) throw refuse(entry, "a link has a target, and nothing else has");
  if (!(Number.isInteger(mode) && mode >= 0 && mode <= 0o7777)) throw refuse(entry, `its mode is ${mode}`);
  const numbers = { uid, gid, mtime, size, checksum };
  for (const [field, value] of Object.entries(numbers)) {
    if (!(Number.isInteger(value) && value >= 0 && value <= largestWord)) {
      throw refuse(entry, `its ${field} is ${value}, and ${largestWord} is the most that the format holds`);
    }
  }
}

/** Adds the entries and their tree, each leaf after its entries; gives the number of the tree's root. */
function addPaths(store: BomStore, numbered: readonly Numbered[]): number {
  const below: [number, number][] = [];
  let backward = 0;
  for (let at = 0; at === 0 || at < numbered.length; at += pairsPerNode) {
    const pairs = numbered.slice(at, at + pairsPerNode).map((it, index) => addEntry(store, it, at + index + 1));
    const following = Math.min(pairsPerNode, numbered.length - at - pairs.length);
    const forward = following === 0 ? 0 : store.next + blocksPerEntry * following + 1;
    backward = store.add(nodeBlock({ leaf: true, forward, backward, pairs }));
    below.push([backward, pairs.at(-1)?.[1] ?? 0]);
  }
  // An inner node names each node below it, and the last path in that.
  return below.length === 1 ? backward : store.add(nodeBlock({ leaf: false, pairs: below }));
}

/** Gives the numbers of the blocks that a leaf names. */
function addEntry(store: BomStore, { entry, name, parent }: Numbered, id: number): [info: number, file: number] {
  const info = store.add(infoBlock(entry));
  return [store.add(words(id, info)), store.add(Buffer.concat([words(parent), Buffer.from(`${name}\0`)]))];
}

function infoBlock({ type, mode, uid, gid, mtime, size, checksum, target }: BomEntry): Buffer {
  const link = Buffer.from(target === "" ? "" : `${target}\0`);
  const bytes = Buffer.alloc(info2.size + link.length);
  bytes.writeUInt8(entryTypes[type].number, info2.type);
  // Three bytes and a byte below that mkbom always writes so; nobody has said what they mean.
  bytes.set([1, 0, 3], 1);
  bytes.writeUInt16BE(entryTypes[type].bits + mode, info2.mode);
  bytes.writeUInt32BE(uid, info2.uid);
  bytes.writeUInt32BE(gid, info2.gid);
  bytes.writeUInt32BE(mtime, info2.mtime);
  bytes.writeUInt32BE(size, info2.bytes);
  bytes.writeUInt8(1, info2.checksum - 1);
  bytes.writeUInt32BE(checksum, info2.checksum);
  bytes.writeUInt32BE(link.length, info2.targetLength);
  bytes.set(link, info2.size);
  return bytes;
}

function nodeBlock(values: {
  readonly leaf: boolean;
  readonly forward?: number;
  readonly backward?: number;
  readonly pairs: readonly (readonly [number, number])[];
}): Buffer {
  const { leaf, forward = 0, backward = 0, pairs } = values;
  const head = Buffer.alloc(4);
  head.writeUInt16BE(leaf ? 1 : 0, 0);
  head.writeUInt16BE(pairs.length, node.count);
  return Buffer.concat([head, words(forward, backward, ...pairs.flat())]);
}

function treeBlock(child: number, nodeSize: number, paths: number): Buffer {
  return Buffer.concat([Buffer.from(tree.magic), words(tree.version, child, nodeSize, paths), Buffer.alloc(1)]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at);
  return bytes;
}

function refuse({ path }: BomEntry, what: string): Error {
  return refusal("SLW-FORMAT", `${JSON.stringify(path.slice(0, 200))} cannot be put in a Bom: ${what}.`);
}
