import { snapshotNumber } from "../channels/read.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { Shelves } from "../plan/read-named.ts";
import type { OpenPgpPublic, OpenPgpSigner } from "../signing/signer.ts";
import { type MadePages, makePages } from "./make-pages.ts";
import { isSignedPage, signedPage, signedPart } from "./page-signature.ts";
import { type TrustedBucket, trustedBucket } from "./page-trust.ts";
import type { PageSettings } from "./read-channel.ts";
import { type FoundPage, type PublishedPage, readPage } from "./read-page.ts";

const attempts = 5;

/**
 * Signs and writes the pages of these channels, and the index last. Each states the number that it was made from; one that states a
 * higher number is newer and stays, if the channels bear it out. Where a channel moves meanwhile, all are made again.
 * A page of the same text that another key of the archive signed stays too, or two stacks would write it in turn. `accept` looks at what was made before any of it is written. Gives the pages that stand now, by path; refuses (SLW-STORE)
 * while others keep writing.
 */
export async function publishPages(
  at: Shelves,
  channels: readonly { readonly product: string; readonly channel: string }[],
  settings: PageSettings,
  by: { readonly signer: OpenPgpSigner; readonly root: string | undefined },
  accept: (made: MadePages) => void,
): Promise<Readonly<Record<string, PublishedPage>>> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const bucket = await trustedBucket(at.store, { root: by.root, key: by.signer.public });
    const made = await makePages({ ...at, store: bucket.store }, channels, settings, bucket.keys);
    accept(made);
    const published = await writeAll(bucket, by.signer, made);
    if (published !== undefined) return published;
  }
  throw refusal("SLW-STORE", `Others kept writing the bucket's pages: gave up after ${attempts} attempts.`, {
    hint: "Let the other updates end, then run this one again.",
  });
}

/** Undefined where another writer came between. */
async function writeAll(
  { store, keys }: TrustedBucket,
  signer: OpenPgpSigner,
  { snapshot, pages }: MadePages,
): Promise<Readonly<Record<string, PublishedPage>> | undefined> {
  const published: Record<string, PublishedPage> = {};
  for (const page of pages) {
    const found = await readPage(store, page);
    // The channels have the last word: a number above theirs, while they are as they were, is damage.
    const isNewer = found.number > page.number || page === pages.at(-1);
    if (isNewer && (await snapshotNumber(store)) !== snapshot) return undefined;
    const signed = sha256(page.text);
    const text =
      (await signedAlready(found, page.path, signed, keys)) ?? (await signedPage(page.text, signer, page.at));
    const digest = sha256(text);
    if (found.sha256 !== digest && !(await store.replace(page.path, Buffer.from(text), found.sha256))) {
      return undefined;
    }
    published[page.path] = { number: page.number, sha256: digest, signed };
  }
  return published;
}

/** The page that lies there, if it is of this text and a key of the archive signed it. */
async function signedAlready(
  { bytes }: FoundPage,
  path: string,
  signed: string,
  keys: readonly OpenPgpPublic[],
): Promise<Uint8Array | undefined> {
  const part = signedPart(bytes);
  const isOfText = part !== undefined && sha256(part) === signed;
  return isOfText && (await isSignedPage(bytes, path, keys)) ? bytes : undefined;
}
