import { certificatesIn } from "../signing/known-keys.ts";
import type { Store } from "../store/store.ts";
import { isSignedPage } from "./page-signature.ts";
import { channelPagePath, indexPath, numberingOf } from "./places.ts";
import { type FoundPage, type PublishedPage, readPage } from "./read-page.ts";
import { numbersInForce } from "./standing-pages.ts";

/**
 * Each page that is gone, altered, or behind the channels, of those that a stack wrote. A page of a higher number than the one that it
 * wrote is another stack's, or a later one of its own, as far as a key of the bucket signed it and the channels bear it
 * out.
 */
export async function pageFindings(
  store: Store,
  pages: Readonly<Record<string, PublishedPage>>,
): Promise<readonly string[]> {
  const found = new Map<string, FoundPage>();
  for (const path of Object.keys(pages)) found.set(path, await readPage(store, { path, numbering: numberingOf(path) }));
  // After the pages: a page is written once its number is in force.
  const { snapshot, channels } = await numbersInForce(store);
  const serials = channels.map(({ product, channel, serial }) => [channelPagePath(product, channel), serial] as const);
  const inForce = new Map([...serials, [indexPath, snapshot]]);
  const lines: string[] = [];
  for (const [path, { number, sha256 }] of Object.entries(pages)) {
    const page = found.get(path);
    const highest = inForce.get(path) ?? 0;
    if (page?.sha256 === undefined) lines.push(`${path}: missing`);
    else if (page.sha256 !== sha256 && !(await isLater(store, path, page, number, highest)))
      lines.push(`${path}: altered`);
    else if (page.number < highest) lines.push(`${path}: behind`);
  }
  return lines;
}

/** Whether a page is a later one than that of `number`. Any certificate of the bucket counts: one too many is found elsewhere. */
async function isLater(store: Store, path: string, page: FoundPage, number: number, highest: number): Promise<boolean> {
  if (page.number <= number || page.number > highest) return false;
  return isSignedPage(page.bytes, path, await certificatesIn(store));
}
