import type { FileHandle } from "node:fs/promises";
import { fileRange } from "../../../containers/file-range.ts";
import { collect } from "../../../containers/member-content.ts";
import {
  bytesOfRuns,
  chainOf,
  miniSectorRuns,
  openChainOf,
  readFat,
  readNumbers,
  type SectorFile,
  sectorRuns,
  sectorsOfFile,
} from "./allocation.ts";
import { type DirectoryEntry, directoryEntrySize, noEntry, parseDirectoryEntry } from "./directory-entry.ts";
import { damaged, parseHeader } from "./header.ts";
import { isSmall } from "./layout.ts";
import { largestFile, miniSectorSize, miniSectorsOf, sectorSize, sectorsOf } from "./sectors.ts";

/** A stream as read. */
export interface ReadCfbStream {
  /** Names of the storages that it is in and its own, joined by slashes, which no name has. */
  readonly path: string;
  readonly size: number;
  /** State bits and times: 20 bytes as stored. */
  readonly attributes: Uint8Array;
  /** Its bytes from the start, as often as they are asked for, while the file is open. */
  content(): AsyncIterable<Uint8Array>;
}

export interface ReadCfbStorage {
  /** 16 bytes as stored. */
  readonly clsid: Uint8Array;
  readonly attributes: Uint8Array;
}

export interface ReadCfb {
  /** By path, the root as the empty one. */
  readonly storages: ReadonlyMap<string, ReadCfbStorage>;
  readonly streams: readonly ReadCfbStream[];
}

/** An .msi has some dozens. */
const mostEntries = 65_536;
const deepest = 16;

/**
 * Reads the directory of a compound file of version 3 (MS-CFB); streams are read when they are asked for. Memory is a
 * 128th of the file's size, whatever the file says. Loops, chains that leave the file, streams that share their bytes and
 * all other damage are refused as SLW-FORMAT. Contents have no checksum, so damage in them is not seen here.
 */
export async function readCfb(file: FileHandle, size: number): Promise<ReadCfb> {
  if (size > largestFile + sectorSize) throw damaged("it has 2 GiB or more");
  const header = parseHeader(await collect(fileRange(file, 0, Math.min(size, sectorSize))));
  const from: SectorFile = { file, sectors: sectorsOfFile(size) };
  const fat = await readFat(from, header);
  const entries = await readDirectory(from, fat, header.firstDirectory);
  const [root] = entries;
  if (root?.kind !== "root") throw damaged("its directory does not begin with the root");

  const miniFatChain = chainOf(fat, header.firstMiniFat, checkedCount(header.miniFatSectors, from), from.sectors);
  const miniFat = await readNumbers(from, miniFatChain);
  const miniStream = chainOf(fat, root.start, checkedCount(sectorsOf(root.size), from), from.sectors);
  const miniSectors = miniStream.length * (sectorSize / miniSectorSize);

  const { storages, streams } = walk(entries, root);
  checkSizes(streams, miniSectors, from.sectors);
  const runs = ({ start, size: bytes }: DirectoryEntry) =>
    isSmall(bytes)
      ? miniSectorRuns(chainOf(miniFat, start, miniSectorsOf(bytes), miniSectors), miniStream)
      : sectorRuns(chainOf(fat, start, sectorsOf(bytes), from.sectors));
  return {
    storages,
    streams: streams.map(([path, entry]) => ({
      path,
      size: entry.size,
      attributes: entry.attributes ?? new Uint8Array(20),
      content: () => bytesOfRuns(file, runs(entry), entry.size),
    })),
  };
}

function checkedCount(count: number, { sectors }: SectorFile): number {
  if (count > sectors) throw damaged("it promises more sectors than it has");
  return count;
}

async function readDirectory(from: SectorFile, fat: Uint32Array, start: number): Promise<DirectoryEntry[]> {
  const perSector = sectorSize / directoryEntrySize;
  const sectors = openChainOf(fat, start, mostEntries / perSector, from.sectors);
  const bytes = await collect(bytesOfRuns(from.file, sectorRuns(sectors), sectors.length * sectorSize));
  return Array.from({ length: sectors.length * perSector }, (_, at) =>
    parseDirectoryEntry(bytes.subarray(at * directoryEntrySize, (at + 1) * directoryEntrySize)),
  );
}

type Found = readonly [path: string, entry: DirectoryEntry];

/** All that hangs below the root, each entry once. Siblings hang in a tree that may be as deep as they are many. */
function walk(
  entries: readonly DirectoryEntry[],
  root: DirectoryEntry,
): { readonly storages: ReadonlyMap<string, ReadCfbStorage>; readonly streams: readonly Found[] } {
  const storages = new Map([["", storageOf(root)]]);
  const streams = new Map<string, DirectoryEntry>();
  const met = new Set([0]);
  const waiting = [{ number: root.child, folder: "", depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { number, folder, depth } = next;
    if (number === noEntry) continue;
    const entry = entries[number];
    if (entry === undefined || met.has(number) || depth > deepest) throw damaged("its directory is no tree");
    met.add(number);
    if (entry.kind === "root" || entry.kind === "unused" || entry.name === "" || entry.name.includes("/")) {
      throw damaged("its directory has an entry that is neither stream nor storage, or without a name");
    }
    const path = `${folder}${entry.name}`;
    if (storages.has(path) || streams.has(path)) throw damaged("a name is in its directory twice");
    if (entry.kind === "stream") streams.set(path, entry);
    else {
      storages.set(path, storageOf(entry));
      waiting.push({ number: entry.child, folder: `${path}/`, depth: depth + 1 });
    }
    waiting.push({ number: entry.left, folder, depth }, { number: entry.right, folder, depth });
  }
  return { storages, streams: [...streams] };
}

function storageOf({ clsid, attributes }: DirectoryEntry): ReadCfbStorage {
  return { clsid: clsid ?? new Uint8Array(16), attributes: attributes ?? new Uint8Array(20) };
}

/** No sum of streams is larger than what is there to hold them: so many bytes cannot be read out of a small file. */
function checkSizes(streams: readonly Found[], miniSectors: number, sectors: number): void {
  let small = 0;
  let large = 0;
  for (const [, { size }] of streams) {
    if (isSmall(size)) small += miniSectorsOf(size);
    else large += sectorsOf(size);
  }
  if (small > miniSectors || large > sectors)
    throw damaged("its streams share their bytes, or are longer than the file");
}
