import type { ChannelEntry, ChannelRecord } from "../channels/entry.ts";
import { readAs, readEntryText } from "../channels/evidence.ts";
import type { Store } from "../store/store.ts";

/** A release that a channel named, and the serial of the newest entry that did. */
export interface Listed {
  readonly serial: number;
  readonly named: ChannelRecord;
}

/** Most moves that a promotion looks back. */
const mostMoves = 1000;

/**
 * The release of a version (or of one exact folder) that a channel's entries name, newest first. `newest` was verified by its
 * role; each entry before it is named by digest in the next, so that signature vouches for all of them. Undefined where none
 * does, as far as the chain is whole.
 */
export async function findListed(store: Store, newest: ChannelEntry, wanted: string): Promise<Listed | undefined> {
  for await (const entry of chainOf(store, newest)) {
    const named = [entry.current, ...entry.kept].find(({ version, folder }) => version === wanted || folder === wanted);
    if (named !== undefined) return { serial: entry.serial, named };
  }
  return undefined;
}

/** Every release that a channel pointed at, newest first, each once. */
export async function servedBefore(store: Store, newest: ChannelEntry): Promise<readonly ChannelRecord[]> {
  const served = new Map<string, ChannelRecord>();
  for await (const { current } of chainOf(store, newest)) {
    if (!served.has(current.record.sha256)) served.set(current.record.sha256, current);
  }
  return [...served.values()];
}

async function* chainOf(store: Store, newest: ChannelEntry): AsyncGenerator<ChannelEntry> {
  let entry: ChannelEntry | undefined = newest;
  for (let moves = 0; entry !== undefined && moves < mostMoves; moves++) {
    yield entry;
    const { product, channel, previous }: ChannelEntry = entry;
    const text: string | undefined =
      previous === undefined ? undefined : await readEntryText(store, product, channel, previous);
    entry = text === undefined ? undefined : readAs(text, product, channel);
  }
}
