import { noEntry } from "./directory-entry.ts";

/** Where an entry hangs in the red-black tree of its siblings. */
export interface TreePlace {
  readonly left: number;
  readonly right: number;
  readonly black: boolean;
}

/** The order of siblings: shorter names first, then by upper-cased UTF-16 units (MS-CFB, section 2.6.4). */
export function byDirectoryOrder(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let at = 0; at < a.length; at += 1) {
    const difference = upperUnit(a, at) - upperUnit(b, at);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Simple case conversion: a unit whose capital is several letters stays as it is. */
function upperUnit(text: string, at: number): number {
  const upper = text.charAt(at).toUpperCase();
  return upper.length === 1 ? upper.charCodeAt(0) : text.charCodeAt(at);
}

/**
 * Hangs entries that are numbered `first`, `first + 1` and so on in their order into a tree whose halves are equal to one:
 * every level but the last is full, so that with the last one red and all others black each path has as many black entries.
 */
export function balancedTree(
  count: number,
  first: number,
): { readonly top: number; readonly places: readonly TreePlace[] } {
  const lastLevel = Math.floor(Math.log2(Math.max(count, 1)));
  const places: TreePlace[] = [];
  const hang = (from: number, to: number, level: number): number => {
    if (from === to) return noEntry;
    const middle = (from + to) >>> 1;
    const left = hang(from, middle, level + 1);
    const right = hang(middle + 1, to, level + 1);
    places[middle] = { left, right, black: level === 0 || level < lastLevel };
    return first + middle;
  };
  return { top: hang(0, count, 0), places };
}
