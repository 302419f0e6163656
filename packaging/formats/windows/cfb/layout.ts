import { refusal } from "../../../errors.ts";
import {
  difatSector,
  endOfChain,
  fatSector,
  fatSectorsInHeader,
  largestFile,
  miniSectorSize,
  miniSectorsOf,
  miniStreamCutoff,
  referencesPerSector,
  sectorSize,
  sectorsOf,
} from "./sectors.ts";

/** A run of sectors that follow each other in the file and in their chain. */
interface Run {
  readonly start: number;
  readonly length: number;
}

/** Which sector holds what. The order of the file is that of the fields; an empty run takes no place. */
export interface CfbLayout {
  readonly difat: Run;
  readonly fat: Run;
  readonly directory: Run;
  readonly miniFat: Run;
  readonly miniStream: Run;
  readonly miniStreamSize: number;
  /** First sector of each stream, or mini sector of a small one; an empty stream has none. */
  readonly starts: readonly number[];
  /** Sectors after the header. */
  readonly sectors: number;
}

export const isSmall = (size: number): boolean => size < miniStreamCutoff;

/** Lays streams of these sizes out, in their order. Refuses (SLW-FORMAT) more than a file of version 3 holds. */
export function layOut(sizes: readonly number[], directorySectors: number): CfbLayout {
  const small = sizes.filter(isSmall);
  const miniSectors = small.reduce((sum, size) => sum + miniSectorsOf(size), 0);
  const miniFatSectors = sectorsOf(miniSectors * 4);
  const miniStreamSize = miniSectors * miniSectorSize;
  const large = sizes.filter((size) => !isSmall(size)).reduce((sum, size) => sum + sectorsOf(size), 0);
  const others = directorySectors + miniFatSectors + sectorsOf(miniStreamSize) + large;
  const { fatSectors, difatSectors } = fatFor(others);
  const sectors = others + fatSectors + difatSectors;
  if ((sectors + 1) * sectorSize > largestFile) {
    throw refusal("SLW-FORMAT", "The compound file would have 2 GiB or more, which its version 3 cannot hold.", {
      hint: "An .msi with its cabinet inside is such a file: ship less in it.",
    });
  }

  let next = 0;
  const take = (length: number): Run => {
    const run = { start: length === 0 ? endOfChain : next, length };
    next += length;
    return run;
  };
  const [difat, fat, directory] = [take(difatSectors), take(fatSectors), take(directorySectors)];
  const [miniFat, miniStream] = [take(miniFatSectors), take(sectorsOf(miniStreamSize))];
  let nextMini = 0;
  const starts = sizes.map((size) => {
    if (!isSmall(size)) return take(sectorsOf(size)).start;
    if (size === 0) return endOfChain;
    const start = nextMini;
    nextMini += miniSectorsOf(size);
    return start;
  });
  return { difat, fat, directory, miniFat, miniStream, miniStreamSize, starts, sectors };
}

/** The FAT counts its own sectors too, and those of the DIFAT. */
function fatFor(others: number): { readonly fatSectors: number; readonly difatSectors: number } {
  let fatSectors = 0;
  let difatSectors = 0;
  for (;;) {
    const needed = Math.ceil((others + fatSectors + difatSectors) / referencesPerSector);
    if (needed === fatSectors) return { fatSectors, difatSectors };
    fatSectors = needed;
    difatSectors = Math.ceil(Math.max(0, fatSectors - fatSectorsInHeader) / (referencesPerSector - 1));
  }
}

/** The FAT's entries, one a sector: every run is a chain of neighbours. */
export function* fatEntries(layout: CfbLayout, sizes: readonly number[]): Generator<number> {
  for (let at = 0; at < layout.difat.length; at += 1) yield difatSector;
  for (let at = 0; at < layout.fat.length; at += 1) yield fatSector;
  for (const { start, length } of [layout.directory, layout.miniFat, layout.miniStream]) yield* chain(start, length);
  for (const [at, size] of sizes.entries()) {
    if (!isSmall(size)) yield* chain(layout.starts[at] ?? 0, sectorsOf(size));
  }
}

export function* miniFatEntries(layout: CfbLayout, sizes: readonly number[]): Generator<number> {
  for (const [at, size] of sizes.entries()) {
    if (isSmall(size)) yield* chain(layout.starts[at] ?? 0, miniSectorsOf(size));
  }
}

function* chain(start: number, length: number): Generator<number> {
  for (let at = 1; at < length; at += 1) yield start + at;
  if (length > 0) yield endOfChain;
}
