import { damaged, type Finding } from "../finding.ts";
import { pathHref } from "../page/markup.ts";
import { isSignedPage } from "../page/page-signature.ts";
import { channelPagePath, indexPath, numberingOf } from "../page/places.ts";
import { type InForce, laggingPage, type StandingPage, standingPages } from "../page/standing-pages.ts";
import type { Store, StoredObject } from "../store/store.ts";
import type { Look } from "./verify-releases.ts";

/**
 * The pages for people: each is signed by a trusted key, lies where it says that it belongs, and tells of what is in force. A
 * bucket need not have pages; a missing one is noticed where the index links to it.
 */
export async function verifyPages({ store, keys }: Look, inForce: InForce): Promise<readonly Finding[]> {
  const pages = await standingPages(store, inForce);
  const index = Buffer.from(pages[0]?.found.bytes ?? []).toString();
  const findings = await Promise.all(
    pages.map(async (page) => {
      const isThere = page.found.sha256 !== undefined;
      const damage = isThere ? await pageDamage(page, keys) : missing(page, index);
      return damage ?? laggingPage(page);
    }),
  );
  return findings.flatMap((it) => it ?? []);
}

/** Pages that a browser would show and that no channel in force has. Only a listing shows them, of the whole bucket. */
export async function plantedPages(store: Store, { channels }: InForce): Promise<readonly Finding[]> {
  const places = new Set([indexPath, ...channels.map(({ product, channel }) => channelPagePath(product, channel))]);
  const isPlanted = ({ path }: StoredObject) => /^(?:channels\/.*|[^/]*)\.html?$/i.test(path) && !places.has(path);
  return (await store.list(""))
    .filter(isPlanted)
    .map(({ path }) => damaged(path, "is the page of no channel", { expected: "nothing", found: "a page" }));
}

function missing({ path }: StandingPage, index: string): Finding | undefined {
  if (!index.includes(`href="${pathHref(path, 0)}"`)) return undefined;
  return damaged(path, `is missing, and ${indexPath} links to it`);
}

async function pageDamage({ path, number, found }: StandingPage, keys: Look["keys"]): Promise<Finding | undefined> {
  if (!(await isSignedPage(found.bytes, path, keys))) {
    const signers = keys.map(({ fingerprint }) => fingerprint).join(" or ") || "a key that is trusted";
    return damaged(path, "is no page of its place that a key of the bucket signed", {
      expected: `a signature by ${signers}`,
      found: "another one, or none",
    });
  }
  if (found.number <= number) return undefined;
  const what = numberingOf(path);
  return damaged(path, `is of ${what} ${found.number}, and ${number} is in force: an older one was put back`, {
    expected: `${what} ${number}`,
    found: `${what} ${found.number}`,
  });
}
