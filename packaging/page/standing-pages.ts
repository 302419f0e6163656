import { readChain } from "../channels/chain.ts";
import { channelOfRole } from "../channels/layout.ts";
import { type Finding, lagging } from "../finding.ts";
import { sideBySide } from "../side-by-side.ts";
import type { Store } from "../store/store.ts";
import { channelPagePath, indexPath, numberingOf } from "./places.ts";
import { type FoundPage, readPage } from "./read-page.ts";

/** A channel in force, by its newest entry. */
export interface PagedChannel {
  readonly product: string;
  readonly channel: string;
  readonly serial: number;
}

/** What is in force in a bucket, by numbers alone: no entry is read. */
export interface InForce {
  readonly snapshot: number;
  readonly channels: readonly PagedChannel[];
}

/** The numbers that pages ought to have: of each channel the serial that the snapshot in force names. */
export async function numbersInForce(store: Store): Promise<InForce> {
  const { snapshot } = await readChain(store);
  const channels = Object.entries(snapshot?.metadata.signed.meta ?? {}).flatMap(([file, { version }]) => {
    const name = channelOfRole(file.slice(0, -".json".length));
    return name === undefined ? [] : [{ ...name, serial: version }];
  });
  return { snapshot: snapshot?.version ?? 0, channels };
}

/** A place for a page, the number of what is in force, and what lies there. */
export interface StandingPage {
  readonly path: string;
  readonly number: number;
  readonly found: FoundPage;
}

const pagesAtOnce = 4;

/** What lies where pages of these channels belong, the index first; nothing of a bucket that has no pages. */
export async function standingPages(store: Store, { snapshot, channels }: InForce): Promise<readonly StandingPage[]> {
  const wanted = [
    { path: indexPath, number: snapshot },
    ...channels.map(({ product, channel, serial }) => ({ path: channelPagePath(product, channel), number: serial })),
  ];
  const pages = await sideBySide(wanted, pagesAtOnce, async ({ path, number }) => {
    return { path, number, found: await readPage(store, { path, numbering: numberingOf(path) }) };
  });
  return pages.some(({ found }) => found.sha256 !== undefined) ? pages : [];
}

/** That a page is behind what is in force, by the number that it states; undefined where it is not. */
export function laggingPage({ path, number, found }: StandingPage): Finding | undefined {
  if (found.sha256 === undefined) {
    return path === indexPath ? lagging(path, "is not there, and pages of channels are") : undefined;
  }
  if (found.number >= number) return undefined;
  const what = numberingOf(path);
  return lagging(path, `is of ${what} ${found.number}, and ${number} is in force`);
}
