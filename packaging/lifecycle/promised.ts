import type { ChannelView } from "../channels/channel-view.ts";
import { channelsOfProduct, readChannel } from "../channels/read.ts";
import { parseRecord, recordLimit } from "../record/record.ts";
import type { Store } from "../store/store.ts";
import type { Reference } from "./restore.ts";

/** Whether the record beside an artifact is published and promises just these objects. */
export async function recordPromises(store: Store, objects: readonly Reference[]): Promise<boolean> {
  const [first] = objects;
  const base = first?.path.split("/").slice(0, 3).join("/");
  const path = `${base}/release.json`;
  const bytes = await store.read(path, recordLimit);
  if (bytes === undefined) return false;
  try {
    const { artifacts } = parseRecord(bytes, path);
    const digests = new Set(artifacts.flatMap(({ shipped, inventory }) => [shipped, inventory.sha256]));
    return objects.every((object) => digests.has(object.sha256));
  } catch {
    // A damaged record promises nothing; it is repaired by its own resource.
    return false;
  }
}

/** Whether a channel names this very record: then other bytes in its place are damage. */
export async function channelPromises(store: Store, product: string, record: Reference): Promise<boolean> {
  const views = (await channelsOfProduct(store, product)) ?? (await channelsLeft(store, product));
  const named = views.flatMap(({ entry }) => (entry === undefined ? [] : [entry.current, ...entry.kept]));
  return named.some((it) => it.record.path === record.path && it.record.sha256 === record.sha256);
}

/** Without targets, the copies for scripts tell which channels there were. */
async function channelsLeft(store: Store, product: string): Promise<readonly ChannelView[]> {
  const channels = (await store.list(`channels/${product}/`)).flatMap(({ path }) => channelOf(product, path) ?? []);
  const views: ChannelView[] = [];
  for (const channel of new Set(channels)) views.push(await readChannel(store, product, channel));
  return views;
}

function channelOf(product: string, path: string): string | undefined {
  return /^([a-z0-9]+)\.json$/.exec(path.slice(`channels/${product}/`.length))?.[1];
}
