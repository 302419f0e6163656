import { journal, readChannel, readSnapshot } from "../channels/read.ts";
import { refusal } from "../errors.ts";
import { parseFolder } from "../record/folder.ts";
import type { Store } from "../store/store.ts";
import type { PublishedRelease } from "./published-side.ts";

/** What a person calls a release by: `1.4.0`, `1.4.0+0123456789ab`, `stable`, each with `runtime@` before it or not. */
interface Wanted {
  readonly product: string | undefined;
  /** A version, a folder, or a channel. */
  readonly name: string;
}

/** Folders of each product in the bucket, by the records that are there. */
type Published = ReadonlyMap<string, readonly string[]>;

/**
 * Finds two releases in a bucket by what a person calls them. A product may be left out where the bucket has only one
 * besides keyrings, or where the other release names it. Refuses (SLW-VERSION, SLW-CHANNEL) in one sentence what is not there.
 */
export async function findReleases(
  store: Store,
  from: string,
  to: string,
): Promise<readonly [from: PublishedRelease, to: PublishedRelease]> {
  const published = await listPublished(store);
  const [first, second] = [parseWanted(from), parseWanted(to)];
  return [await find(store, published, first, second.product), await find(store, published, second, first.product)];
}

function parseWanted(text: string): Wanted {
  const at = text.indexOf("@");
  return at < 0 ? { product: undefined, name: text } : { product: text.slice(0, at), name: text.slice(at + 1) };
}

async function find(
  store: Store,
  published: Published,
  wanted: Wanted,
  otherProduct: string | undefined,
): Promise<PublishedRelease> {
  const product = wanted.product ?? otherProduct ?? onlyProduct(published);
  const folders = published.get(product);
  if (folders === undefined) throw refusal("SLW-VERSION", `The bucket has no release of ${JSON.stringify(product)}.`);
  if (/^[a-z0-9]+$/.test(wanted.name)) return ofChannel(store, product, wanted.name);
  const { version, hash } = parseFolder(wanted.name);
  const matching = folders.filter((folder) =>
    hash === undefined ? folder.split("+", 1)[0] === version : folder === wanted.name,
  );
  if (matching.length === 0) {
    throw refusal("SLW-VERSION", `The bucket has no ${product} ${wanted.name}.`, {
      hint: `It has ${folders.slice(-20).join(", ")}.`,
    });
  }
  const [only, ...more] = matching;
  return more.length === 0 && only !== undefined
    ? { product, folder: only }
    : newest(store, product, version, matching);
}

function onlyProduct(published: Published): string {
  const products = [...published.keys()].filter((product) => !product.endsWith("-archive-keyring"));
  const [only, ...more] = products;
  if (only === undefined) throw refusal("SLW-VERSION", "The bucket has no release.");
  if (more.length === 0) return only;
  throw refusal("SLW-VERSION", `The bucket has several products: ${products.join(", ")}.`, {
    hint: `Say which one is meant: ${only}@1.4.0.`,
  });
}

async function ofChannel(store: Store, product: string, channel: string): Promise<PublishedRelease> {
  const { entry } = await readChannel(store, product, channel);
  if (entry === undefined) throw refusal("SLW-CHANNEL", `${product} has no channel ${channel} in the bucket.`);
  return { product, folder: entry.current.folder, record: entry.current.record.sha256 };
}

/** Of several folders of one version the one that a channel was moved to last; channels must agree. */
async function newest(
  store: Store,
  product: string,
  version: string,
  folders: readonly string[],
): Promise<PublishedRelease> {
  const found = new Map<string, PublishedRelease>();
  for (const { product: of, channel } of (await readSnapshot(store)).channels) {
    if (of !== product) continue;
    const entries = await journal(store, product, channel);
    const named = entries.flatMap(({ current, kept }) => [current, ...kept]).find((it) => folders.includes(it.folder));
    if (named !== undefined) found.set(named.folder, { product, folder: named.folder, record: named.record.sha256 });
  }
  const [only, ...more] = found.values();
  if (only !== undefined && more.length === 0) return only;
  throw refusal(
    "SLW-VERSION",
    `The bucket has ${product} ${version} more than once, and channels do not say which is meant.`,
    {
      hint: `Name the folder: ${folders.join(", ")}.`,
    },
  );
}

async function listPublished(store: Store): Promise<Published> {
  const published = new Map<string, string[]>();
  for (const { path } of await store.list("releases/")) {
    const [, product, folder] = /^releases\/([^/]+)\/([^/]+)\/release\.json$/.exec(path) ?? [];
    if (product === undefined || folder === undefined) continue;
    published.set(product, [...(published.get(product) ?? []), folder]);
  }
  return published;
}
