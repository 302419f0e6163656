import { exactly } from "../../../containers/member-content.ts";
import { refusal } from "../../../errors.ts";
import {
  directoryEntrySize,
  emptyDirectoryEntry,
  encodeDirectoryEntry,
  longestName,
  noEntry,
} from "./directory-entry.ts";
import { balancedTree, byDirectoryOrder } from "./directory-tree.ts";
import { encodeHeader } from "./header.ts";
import { type CfbLayout, fatEntries, isSmall, layOut, miniFatEntries } from "./layout.ts";
import {
  endOfChain,
  fatSectorsInHeader,
  freeSector,
  miniSectorSize,
  referencesPerSector,
  sectorSize,
  sectorsOf,
} from "./sectors.ts";

/** One stream of a compound file. Its size is known before its content, because the allocation comes first. */
export interface CfbStream {
  /** 1 to 31 UTF-16 units, told apart without regard to case; none of / \ : ! (MS-CFB, section 2.6.1). */
  readonly name: string;
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

const illegalLetter = /[/\\:!\0]/;

/**
 * Writes a compound file of version 3 (MS-CFB) whose root has these streams and `clsid` (16 bytes as stored). The bytes
 * follow from the streams alone, in whatever order they are given: entries in the directory's own order, times zero,
 * every stream in one run. Memory is flat in the streams' sizes. Refuses (SLW-FORMAT) what such a file cannot hold,
 * before the first byte.
 */
export async function* writeCfb(streams: readonly CfbStream[], clsid: Uint8Array): AsyncGenerator<Uint8Array> {
  const sorted = streams.toSorted((a, b) => byDirectoryOrder(a.name, b.name));
  checkNames(sorted);
  const sizes = sorted.map(({ size }) => size);
  const layout = layOut(sizes, sectorsOf((sorted.length + 1) * directoryEntrySize));
  const fatSectorNumbers = Array.from({ length: layout.fat.length }, (_, at) => layout.fat.start + at);

  yield encodeHeader({
    fatSectors: layout.fat.length,
    firstDirectory: layout.directory.start,
    firstMiniFat: layout.miniFat.start,
    miniFatSectors: layout.miniFat.length,
    firstDifat: layout.difat.start,
    difatSectors: layout.difat.length,
    difat: fatSectorNumbers.slice(0, fatSectorsInHeader),
  });
  yield* sectorsOfNumbers(difatEntries(layout, fatSectorNumbers.slice(fatSectorsInHeader)));
  yield* sectorsOfNumbers(fatEntries(layout, sizes));
  yield Buffer.concat([...directory(sorted, layout, clsid)]);
  yield* sectorsOfNumbers(miniFatEntries(layout, sizes));
  for (const stream of sorted) if (isSmall(stream.size)) yield* inUnits(stream, miniSectorSize);
  yield* fill(layout.miniStreamSize, sectorSize);
  for (const stream of sorted) if (!isSmall(stream.size)) yield* inUnits(stream, sectorSize);
}

function checkNames(sorted: readonly CfbStream[]): void {
  for (const [at, { name }] of sorted.entries()) {
    const refuse = (what: string) =>
      refusal("SLW-FORMAT", `The stream ${JSON.stringify(name)} cannot be put in a compound file: ${what}.`);
    if (name.length === 0 || name.length > longestName)
      throw refuse(`its name has not 1 to ${longestName} UTF-16 units`);
    if (illegalLetter.test(name)) throw refuse("its name has one of the letters / \\ : ! or a zero");
    const next = sorted[at + 1];
    if (next !== undefined && byDirectoryOrder(name, next.name) === 0) throw refuse("another one has the same name");
  }
}

/** Each DIFAT sector ends with the number of the next (section 2.5). */
function* difatEntries({ difat }: CfbLayout, fatSectorNumbers: readonly number[]): Generator<number> {
  const room = referencesPerSector - 1;
  for (let at = 0; at < difat.length; at += 1) {
    for (let column = 0; column < room; column += 1) yield fatSectorNumbers[at * room + column] ?? freeSector;
    yield at + 1 < difat.length ? difat.start + at + 1 : endOfChain;
  }
}

function* directory(sorted: readonly CfbStream[], layout: CfbLayout, clsid: Uint8Array): Generator<Buffer> {
  const { top, places } = balancedTree(sorted.length, 1);
  yield encodeDirectoryEntry({
    ...{ name: "Root Entry", kind: "root", black: true, left: noEntry, right: noEntry, child: top, clsid },
    ...{ start: layout.miniStream.start, size: layout.miniStreamSize },
  });
  for (const [at, { name, size }] of sorted.entries()) {
    const { left, right, black } = places[at] ?? { left: noEntry, right: noEntry, black: true };
    const start = layout.starts[at] ?? endOfChain;
    yield encodeDirectoryEntry({ name, kind: "stream", black, left, right, child: noEntry, start, size });
  }
  for (let at = sorted.length + 1; at % (sectorSize / directoryEntrySize) !== 0; at += 1) yield emptyDirectoryEntry();
}

/** Numbers as whole sectors, the last one filled up with the number of no sector. */
function* sectorsOfNumbers(numbers: Iterable<number>): Generator<Buffer> {
  let sector = Buffer.alloc(sectorSize, 0xff);
  let filled = 0;
  for (const number of numbers) {
    sector.writeUInt32LE(number, filled);
    filled += 4;
    if (filled < sectorSize) continue;
    yield sector;
    sector = Buffer.alloc(sectorSize, 0xff);
    filled = 0;
  }
  if (filled > 0) yield sector;
}

async function* inUnits({ name, size, content }: CfbStream, unit: number): AsyncGenerator<Uint8Array> {
  yield* exactly(content, size, name);
  yield* fill(size, unit);
}

/** The zeros between the end of `size` bytes and the end of their last unit. */
function* fill(size: number, unit: number): Generator<Uint8Array> {
  const missing = (unit - (size % unit)) % unit;
  if (missing > 0) yield Buffer.alloc(missing);
}
