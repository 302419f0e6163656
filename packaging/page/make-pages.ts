import { readSnapshot } from "../channels/read.ts";
import type { Shelves } from "../plan/read-named.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import { pageText } from "./page-text.ts";
import { channelKey, channelPagePath, indexPath, type Numbering } from "./places.ts";
import { type PageSettings, readChannelModel } from "./read-channel.ts";
import { readIndexModel } from "./read-index.ts";
import { readKeys } from "./read-keys.ts";

export interface MadePage {
  readonly path: string;
  /** Not signed yet. */
  readonly text: string;
  readonly numbering: Numbering;
  readonly number: number;
  /** When the newest move in it was made, in seconds since 1970: the date of its signature. */
  readonly at: number;
}

export interface MadePages {
  /** The snapshot that all of them were made from. */
  readonly snapshot: number;
  /** Records that the channels in force point at: `product channel` → SHA-256. */
  readonly serves: ReadonlyMap<string, string>;
  /** The index last: it links to the others. */
  readonly pages: readonly MadePage[];
}

/**
 * Makes the pages of these channels and the index of all, from the channels in force as far as keys of the bucket vouch
 * for them, and the certificates of the archive. A channel that nobody vouches for gets no page, and is not listed.
 */
export async function makePages(
  shelves: Shelves,
  channels: readonly { readonly product: string; readonly channel: string }[],
  settings: PageSettings,
  certificates: readonly OpenPgpPublic[],
): Promise<MadePages> {
  const { version: snapshot, channels: views } = await readSnapshot(shelves.store);
  const entries = views.flatMap(({ proven, entry }) => (proven && entry !== undefined ? [entry] : []));
  const keys = await readKeys(shelves.store, settings.archive, certificates);
  const wanted = new Set(channels.map(({ product, channel }) => channelKey(product, channel)));
  const pages: MadePage[] = [];
  for (const entry of entries) {
    const { product, channel, serial, moved } = entry;
    if (!wanted.has(channelKey(product, channel))) continue;
    const text = pageText(await readChannelModel(shelves, entry, keys, settings));
    pages.push({
      path: channelPagePath(product, channel),
      text,
      numbering: "serial",
      number: serial,
      at: secondsOf(moved.at),
    });
  }
  const made = new Set(pages.map(({ path }) => path));
  const text = pageText(await readIndexModel(shelves, snapshot, entries, made, keys));
  const at = Math.max(0, ...entries.map(({ moved }) => secondsOf(moved.at)));
  const index: MadePage = { path: indexPath, text, numbering: "snapshot", number: snapshot, at };
  const serves = new Map(entries.map((it) => [channelKey(it.product, it.channel), it.current.record.sha256]));
  return { snapshot, serves, pages: [...pages, index] };
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
