import { damaged, type Finding, lagging } from "../finding.ts";
import { pathHref } from "../page/markup.ts";
import { isSignedPage } from "../page/page-signature.ts";
import { channelPagePath, indexPath, numberingOf } from "../page/places.ts";
import { type FoundPage, readPage } from "../page/read-page.ts";
import { sideBySide } from "../side-by-side.ts";
import type { Look } from "./verify-releases.ts";

/** A channel in force, by its newest entry. */
export interface PagedChannel {
  readonly product: string;
  readonly channel: string;
  readonly serial: number;
}

const pagesAtOnce = 4;

/**
 * The pages for people: each is signed by a trusted key, lies where it says that it belongs, and tells of what is in force. A
 * bucket need not have pages; a missing one is noticed where the index links to it.
 */
export async function verifyPages(
  look: Look,
  channels: readonly PagedChannel[],
  snapshot: number,
): Promise<readonly Finding[]> {
  const wanted = [
    { path: indexPath, number: snapshot },
    ...channels.map(({ product, channel, serial }) => ({ path: channelPagePath(product, channel), number: serial })),
  ];
  const pages = await sideBySide(wanted, pagesAtOnce, async (page) => {
    const found = await readPage(look.store, { path: page.path, numbering: numberingOf(page.path) });
    return { ...page, found };
  });
  if (pages.every(({ found }) => found.sha256 === undefined)) return [];
  const index = Buffer.from(pages[0]?.found.bytes ?? []).toString();
  const findings = await Promise.all(
    pages.map(({ path, number, found }) =>
      found.sha256 === undefined ? missing(path, index) : pageFinding(look, path, number, found),
    ),
  );
  return findings.flatMap((it) => it ?? []);
}

function missing(path: string, index: string): Finding | undefined {
  if (path === indexPath) return lagging(path, "is not there, and pages of channels are");
  if (!index.includes(`href="${pathHref(path, 0)}"`)) return undefined;
  return damaged(path, `is missing, and ${indexPath} links to it`);
}

async function pageFinding(
  { keys }: Look,
  path: string,
  number: number,
  found: FoundPage,
): Promise<Finding | undefined> {
  const what = numberingOf(path);
  const difference = { expected: `${what} ${number}`, found: `${what} ${found.number}` };
  if (!(await isSignedPage(found.bytes, path, keys))) {
    const expected = `a signature by ${keys.map(({ fingerprint }) => fingerprint).join(" or ") || "a key that is trusted"}`;
    return damaged(path, "is no page of its place that a key of the bucket signed", {
      expected,
      found: "another one, or none",
    });
  }
  if (found.number > number) {
    return damaged(
      path,
      `is of ${what} ${found.number}, and ${number} is in force: an older one was put back`,
      difference,
    );
  }
  if (found.number === number) return undefined;
  return { ...lagging(path, `is of ${what} ${found.number}, and ${number} is in force`), ...difference };
}
