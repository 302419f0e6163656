import { snapshotNumber } from "../channels/read.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { Shelves } from "../plan/read-named.ts";
import type { OpenPgpSigner } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { type MadePages, makePages } from "./make-pages.ts";
import { signedPage } from "./page-signature.ts";
import type { PageSettings } from "./read-channel.ts";
import { type PublishedPage, readPage } from "./read-page.ts";

const attempts = 5;

/**
 * Signs and writes the pages of these channels, and the index last. Each states the number that it was made from; one that states a
 * higher number is newer and stays, if the channels bear it out. Where a channel moves meanwhile, all are made again.
 * `accept` looks at what was made before any of it is written. Gives the pages that stand now, by path; refuses (SLW-STORE)
 * while others keep writing.
 */
export async function publishPages(
  at: Shelves,
  channels: readonly { readonly product: string; readonly channel: string }[],
  settings: PageSettings,
  signer: OpenPgpSigner,
  accept: (made: MadePages) => void,
): Promise<Readonly<Record<string, PublishedPage>>> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const made = await makePages(at, channels, settings);
    accept(made);
    const published = await writeAll(at.store, signer, made);
    if (published !== undefined) return published;
  }
  throw refusal("SLW-STORE", `Others kept writing the bucket's pages: gave up after ${attempts} attempts.`, {
    hint: "Let the other updates end, then run this one again.",
  });
}

/** Undefined where another writer came between. */
async function writeAll(
  store: Store,
  signer: OpenPgpSigner,
  { snapshot, pages }: MadePages,
): Promise<Readonly<Record<string, PublishedPage>> | undefined> {
  const published: Record<string, PublishedPage> = {};
  for (const page of pages) {
    const found = await readPage(store, page);
    // The channels have the last word: a number above theirs, while they are as they were, is damage.
    const isNewer = found.number > page.number || page === pages.at(-1);
    if (isNewer && (await snapshotNumber(store)) !== snapshot) return undefined;
    const text = await signedPage(page.text, signer, page.at);
    const digest = sha256(text);
    if (found.sha256 !== digest && !(await store.replace(page.path, Buffer.from(text), found.sha256))) {
      return undefined;
    }
    published[page.path] = { number: page.number, sha256: digest };
  }
  return published;
}
