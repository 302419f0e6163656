import { sha256 } from "../digest.ts";
import type { Store } from "../store/store.ts";
import { isSignedPage, signedPart } from "./page-signature.ts";
import { type PageTrust, trustedBucket } from "./page-trust.ts";
import { channelPagePath, indexPath, numberingOf } from "./places.ts";
import { type FoundPage, type PublishedPage, readPage } from "./read-page.ts";
import { numbersInForce } from "./standing-pages.ts";

/**
 * Each page that is gone, altered, or behind the channels, of those that a stack wrote. Other bytes than it wrote are another
 * stack's page of the same text, or a later page, as far as a key that the stack trusts signed it and the channels bear its
 * number out.
 */
export async function pageFindings(
  store: Store,
  trust: PageTrust,
  pages: Readonly<Record<string, PublishedPage>>,
): Promise<readonly string[]> {
  const found = new Map<string, FoundPage>();
  for (const path of Object.keys(pages)) found.set(path, await readPage(store, { path, numbering: numberingOf(path) }));
  // After the pages: a page is written once its number is in force.
  const { snapshot, channels } = await numbersInForce(store);
  const serials = channels.map(({ product, channel, serial }) => [channelPagePath(product, channel), serial] as const);
  const inForce = new Map([...serials, [indexPath, snapshot]]);
  const lines: string[] = [];
  for (const [path, published] of Object.entries(pages)) {
    const page = found.get(path);
    const highest = inForce.get(path) ?? 0;
    if (page?.sha256 === undefined) lines.push(`${path}: missing`);
    else if (page.sha256 !== published.sha256 && !(await isAnothers(store, trust, path, page, published, highest))) {
      lines.push(`${path}: altered`);
    } else if (page.number < highest) lines.push(`${path}: behind`);
  }
  return lines;
}

/** Whether a page is what another stack wrote in the place of this one's. */
async function isAnothers(
  store: Store,
  trust: PageTrust,
  path: string,
  { number, bytes }: FoundPage,
  published: PublishedPage,
  highest: number,
): Promise<boolean> {
  const isLater = number > published.number && number <= highest;
  const part = signedPart(bytes);
  if (part === undefined || !(isLater || sha256(part) === published.signed)) return false;
  return isSignedPage(bytes, path, (await trustedBucket(store, trust)).keys);
}
