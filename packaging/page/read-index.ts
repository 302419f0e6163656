import { byBytes } from "../byte-order.ts";
import type { ChannelEntry } from "../channels/entry.ts";
import type { Shelves } from "../plan/read-named.ts";
import { sideBySide } from "../side-by-side.ts";
import type { IndexModel, ListedChannel, ListedProduct, PublicKeys } from "./model.ts";
import { channelPagePath } from "./places.ts";
import { readRecord } from "./release-facts.ts";

const productsAtOnce = 8;

/** What the bucket's own page says: every channel of a snapshot that keys of the bucket vouch for. */
export async function readIndexModel(
  at: Shelves,
  snapshot: number,
  entries: readonly ChannelEntry[],
  made: ReadonlySet<string>,
  keys: PublicKeys,
): Promise<IndexModel> {
  const byProduct = [...Map.groupBy(entries, ({ product }) => product)];
  const products = await sideBySide(byProduct, productsAtOnce, ([, its]) => listed(at, its, made));
  return { kind: "index", snapshot, products: products.toSorted(keyringsLast), keys };
}

/** A product speaks of itself as in the channel that moved last. */
async function listed(
  at: Shelves,
  entries: readonly ChannelEntry[],
  made: ReadonlySet<string>,
): Promise<ListedProduct> {
  const newest = entries.toSorted((a, b) => byBytes(b.moved.at, a.moved.at) || byBytes(a.channel, b.channel));
  const channels: ListedChannel[] = [];
  let said: Pick<ListedProduct, "summary" | "homepage"> | undefined;
  for (const { product, channel, current, moved } of newest) {
    const record = await readRecord(at, product, current);
    said ??= record && { summary: record.summary, homepage: record.homepage };
    const page = channelPagePath(product, channel);
    channels.push({
      channel,
      version: current.version,
      moved: moved.at,
      downloads: record?.artifacts.length ?? 0,
      page: made.has(page) || (await at.store.stat(page)) !== undefined ? page : undefined,
    });
  }
  const [{ product } = { product: "" }] = newest;
  const { summary, homepage } = said ?? { summary: "", homepage: "" };
  return { product, summary, homepage, channels: channels.sort((a, b) => byBytes(a.channel, b.channel)) };
}

function keyringsLast(a: ListedProduct, b: ListedProduct): number {
  return Number(isKeyring(a)) - Number(isKeyring(b)) || byBytes(a.product, b.product);
}

function isKeyring({ product }: ListedProduct): boolean {
  return product.endsWith("-archive-keyring");
}
