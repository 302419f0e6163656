import type { FileHandle } from "node:fs/promises";
import { fileRange } from "../../../containers/file-range.ts";
import { collect } from "../../../containers/member-content.ts";
import { type CfbHeader, damaged } from "./header.ts";
import {
  endOfChain,
  fatSectorsInHeader,
  miniSectorSize,
  referencesPerSector,
  sectorSize,
  sectorsOf,
} from "./sectors.ts";

/** An open file of sectors; the header is before the first one, and the last one may be cut short. */
export interface SectorFile {
  readonly file: FileHandle;
  readonly sectors: number;
}

/** Bytes that follow each other in the file. */
export interface ByteRun {
  readonly from: number;
  readonly to: number;
}

/** The numbers in these sectors, in their order. */
export async function readNumbers({ file }: SectorFile, sectors: readonly number[]): Promise<Uint32Array> {
  const bytes = await collect(bytesOfRuns(file, sectorRuns(sectors), sectors.length * sectorSize));
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readUInt32LE(4 * at));
}

/** The FAT: for every sector the next one of its chain (MS-CFB, sections 2.3 and 2.5). */
export async function readFat(from: SectorFile, header: CfbHeader): Promise<Uint32Array> {
  // Some writers keep room for more; it is memory that a small file could make its reader take.
  const most = 2 * Math.ceil(from.sectors / referencesPerSector) + 16;
  if (header.fatSectors > most) throw damaged(`it promises ${header.fatSectors} sectors of its FAT`);
  const places = [...header.difat];
  let next = header.firstDifat;
  while (places.length < header.fatSectors) {
    const sector = await readNumbers(from, [checkedSector(next, from.sectors)]);
    places.push(...sector.subarray(0, Math.min(referencesPerSector - 1, header.fatSectors - places.length)));
    next = sector[referencesPerSector - 1] ?? endOfChain;
  }
  if (header.fatSectors > fatSectorsInHeader && next !== endOfChain) throw damaged("the list of its FAT goes on");
  for (const place of places) checkedSector(place, from.sectors);
  if (new Set(places).size < places.length) throw damaged("a sector of its FAT is named twice");
  return readNumbers(from, places);
}

/**
 * The chain that begins at `start` and has exactly `length` members, each smaller than `bound`: one that ends earlier, or
 * goes on (a loop does), is refused.
 */
export function chainOf(table: Uint32Array, start: number, length: number, bound: number): number[] {
  const chain: number[] = [];
  let next = start;
  for (let at = 0; at < length; at += 1) {
    chain.push(checkedSector(next, bound));
    next = table[next] ?? 0;
  }
  if (length > 0 && next !== endOfChain) throw damaged("a chain of sectors does not end where its stream does");
  return chain;
}

/** A chain whose length nothing says, of at most `most` members. */
export function openChainOf(table: Uint32Array, start: number, most: number, bound: number): number[] {
  const chain: number[] = [];
  for (let next = start; next !== endOfChain; next = table[next] ?? 0) {
    if (chain.length === most) throw damaged(`a chain of sectors has more than ${most} members`);
    chain.push(checkedSector(next, bound));
  }
  return chain;
}

/** Where sectors are in the file, neighbours as one run. */
export function sectorRuns(sectors: Iterable<number>): Generator<ByteRun> {
  return joined(sectors, sectorSize, (sector) => (sector + 1) * sectorSize);
}

/** Where mini sectors are in the file, given the sectors of the mini stream. */
export function miniSectorRuns(miniSectors: Iterable<number>, miniStream: readonly number[]): Generator<ByteRun> {
  const perSector = sectorSize / miniSectorSize;
  return joined(miniSectors, miniSectorSize, (miniSector) => {
    const sector = miniStream[Math.floor(miniSector / perSector)] ?? 0;
    return (sector + 1) * sectorSize + (miniSector % perSector) * miniSectorSize;
  });
}

function* joined(units: Iterable<number>, size: number, place: (unit: number) => number): Generator<ByteRun> {
  let run: ByteRun | undefined;
  for (const unit of units) {
    const from = place(unit);
    if (run?.to === from) run = { from: run.from, to: from + size };
    else {
      if (run !== undefined) yield run;
      run = { from, to: from + size };
    }
  }
  if (run !== undefined) yield run;
}

/** The first `size` bytes of runs, refused where the file ends before them. */
export async function* bytesOfRuns(
  file: FileHandle,
  runs: Iterable<ByteRun>,
  size: number,
): AsyncGenerator<Uint8Array> {
  let missing = size;
  for (const { from, to } of runs) {
    const length = Math.min(missing, to - from);
    yield* exactRange(file, { from, to: from + length });
    missing -= length;
  }
}

async function* exactRange(file: FileHandle, { from, to }: ByteRun): AsyncGenerator<Uint8Array> {
  let at = from;
  for await (const chunk of fileRange(file, from, to)) {
    at += chunk.length;
    yield chunk;
  }
  if (at < to) throw damaged("it ends too early");
}

function checkedSector(sector: number, bound: number): number {
  if (sector >= bound) throw damaged("a chain of sectors leads out of the file");
  return sector;
}

/** Sectors after the header, the last one perhaps cut short. */
export function sectorsOfFile(size: number): number {
  return Math.max(0, sectorsOf(size) - 1);
}
