import { readChain } from "../channels/chain.ts";
import { roleName } from "../channels/layout.ts";
import type { Store } from "../store/store.ts";
import { channelPagePath, indexPath, namedBy, numberingOf } from "./places.ts";
import { type PublishedPage, readPage } from "./read-page.ts";

/**
 * Each page that is gone, altered, or behind the channels, of those that a stack wrote. A page of a higher number than the one that it
 * wrote is another stack's, or a later one of its own, as far as the channels bear it out: nobody signs a page, and whoever
 * alters one may give it any number. `keys` are the channels, as `channelKey` has them.
 */
export async function pageFindings(
  store: Store,
  keys: readonly string[],
  pages: Readonly<Record<string, PublishedPage>>,
): Promise<readonly string[]> {
  const found = new Map<string, Awaited<ReturnType<typeof readPage>>>();
  for (const path of Object.keys(pages)) found.set(path, await readPage(store, { path, numbering: numberingOf(path) }));
  // After the pages: a page is written once its number is in force.
  const inForce = await numbersInForce(store, keys);
  const lines: string[] = [];
  for (const [path, { number, sha256 }] of Object.entries(pages)) {
    const page = found.get(path);
    const highest = inForce.get(path) ?? 0;
    if (page?.sha256 === undefined) lines.push(`${path}: missing`);
    else if (page.sha256 !== sha256 && (page.number <= number || page.number > highest)) lines.push(`${path}: altered`);
    else if (page.number < highest) lines.push(`${path}: behind`);
  }
  return lines;
}

/** The numbers that pages ought to have, by path: of each channel the serial that the snapshot in force names. */
async function numbersInForce(store: Store, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { snapshot } = await readChain(store);
  const serials = keys.map(namedBy).map(({ product, channel }) => {
    const file = `${roleName(product, channel)}.json`;
    return [channelPagePath(product, channel), snapshot?.metadata.signed.meta[file]?.version ?? 0] as const;
  });
  return new Map([...serials, [indexPath, snapshot?.version ?? 0]]);
}
