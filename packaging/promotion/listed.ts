import type { ChannelEntry, ChannelRecord } from "../channels/entry.ts";
import { readEntry } from "../channels/evidence.ts";
import { means } from "../record/folder.ts";
import type { Store } from "../store/store.ts";

/** A release that a channel named, and the serial of the entry that began to. */
export interface Listed {
  readonly serial: number;
  readonly named: ChannelRecord;
  /** What the channel served in the entry that ceased to name it; undefined where the newest entry still does. */
  readonly endedBy: ChannelRecord | undefined;
}

/** Most moves that a promotion looks back. */
const mostMoves = 1000;

/**
 * The release of a version (or of one exact folder) among those that `namedBy` takes from a channel's entries: the newest run of
 * entries that have it, by the first of them, so that the answer stays the same while the channel moves on. `newest` was
 * verified by its role; each entry before it is named by digest in the next, so that signature vouches for all of them.
 * Undefined where none has it, as far as the chain is whole.
 */
export async function findListed(
  store: Store,
  newest: ChannelEntry,
  wanted: string,
  namedBy: (entry: ChannelEntry) => readonly ChannelRecord[],
): Promise<Listed | undefined> {
  let found: Listed | undefined;
  let above: ChannelRecord | undefined;
  for await (const entry of chainOf(store, newest)) {
    // Of a version the newest folder counts, and the run is that folder's.
    const sought = found?.named.folder ?? wanted;
    const named = namedBy(entry).find((it) => means(sought, it));
    if (named === undefined && found !== undefined) return found;
    if (named !== undefined) found = { endedBy: above, ...found, serial: entry.serial, named: found?.named ?? named };
    else above = entry.current;
  }
  return found;
}

/** The newest entry that points at something else than `wanted`: what a channel served before it came to that. */
export async function entryBefore(
  store: Store,
  newest: ChannelEntry,
  wanted: string,
): Promise<ChannelEntry | undefined> {
  for await (const entry of chainOf(store, newest)) if (!means(wanted, entry.current)) return entry;
  return undefined;
}

async function* chainOf(store: Store, newest: ChannelEntry): AsyncGenerator<ChannelEntry> {
  let entry: ChannelEntry | undefined = newest;
  for (let moves = 0; entry !== undefined && moves < mostMoves; moves++) {
    yield entry;
    const { product, channel, previous }: ChannelEntry = entry;
    entry = previous === undefined ? undefined : await readEntry(store, product, channel, previous);
  }
}
