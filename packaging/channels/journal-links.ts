import type { Store } from "../store/store.ts";
import { allFiles, readChain, readRoleFile } from "./chain.ts";
import { type ChannelView, viewChannel } from "./channel-view.ts";
import type { ChannelEntry } from "./entry.ts";
import { readEntry, targetDigest } from "./evidence.ts";
import { authorities, vouched } from "./history.ts";
import { entryPath, readText, roleName, rolePath, snapshotPath } from "./layout.ts";
import { limits, parseSnapshot } from "./metadata.ts";
import { listTufFiles, type TufFiles } from "./tuf-files.ts";

/** Most moves that a journal goes back, where a reader asks for no fewer. */
const journalLimit = 1000;

/** A move of a channel that was in force: what it said, or the object that would tell it and is missing or altered. */
export type JournalLink =
  | { readonly serial: number; readonly entry: ChannelEntry }
  | { readonly serial: number; readonly entry: undefined; readonly path: string };

interface Channel {
  readonly store: Store;
  readonly product: string;
  readonly channel: string;
  /** All numbered files of the bucket, and who ever vouched for them: read once, and only where a link is lost. */
  readonly files: () => Promise<TufFiles>;
  readonly authorities: () => ReturnType<typeof authorities>;
}

/** A channel's moves, newest first, as `walkJournal` finds them. Ends after `most` of them. */
export async function journalLinks(
  store: Store,
  product: string,
  channel: string,
  most: number = journalLimit,
): Promise<readonly JournalLink[]> {
  const chain = await readChain(store);
  const view = await viewChannel(store, chain, product, channel);
  const links: JournalLink[] = [];
  for await (const link of walkJournal(store, view, { most, list: () => allFiles(store, chain) })) links.push(link);
  return links;
}

/** How far a journal is walked, and how the bucket's numbered files are listed where one is lost. */
export interface WalkOptions {
  readonly most?: number;
  readonly list?: () => Promise<TufFiles>;
}

/**
 * A channel's moves from the one in force backwards: those that were in force, not those of writers that died or lost.
 * Entries are a chain by digest, so the newest one's signature vouches for all; what only unsigned objects tell is no move.
 * A link that is lost is named; past it the journal goes on with the next serial below that was in force. Each link is
 * read when it is asked for: who stops early has read no more. Ends after `most` of them.
 */
export async function* walkJournal(
  store: Store,
  { product, channel, serial, entry, proven }: ChannelView,
  { most = journalLimit, list = () => listTufFiles(store) }: WalkOptions = {},
): AsyncGenerator<JournalLink, void, undefined> {
  if (serial === 0) return;
  const files = once(list);
  const of: Channel = {
    ...{ store, product, channel, files },
    authorities: once(async () => authorities(store, await files())),
  };
  const inForce = once(() => serialsInForce(of));
  let next: JournalLink | undefined = proven && entry ? { serial, entry } : await linkAt(of, serial);
  for (let walked = 1; next !== undefined; walked++) {
    const { serial: last, entry: said }: JournalLink = next;
    yield next;
    if (walked >= most) return;
    if (said !== undefined) {
      next = await linkBefore(of, said);
    } else {
      const below = (await inForce()).find((number) => number < last);
      next = below === undefined ? undefined : await linkAt(of, below);
    }
  }
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

/** The move that another one followed. Where its entry was lost at that time, it may be back now: its role tells. */
async function linkBefore(of: Channel, { previous, after }: ChannelEntry): Promise<JournalLink | undefined> {
  if (after === 0) return undefined;
  const entry = previous === undefined ? undefined : await readEntry(of.store, of.product, of.channel, previous);
  if (entry?.serial === after) return { serial: after, entry };
  const link = await linkAt(of, after);
  const named = previous !== undefined && entry === undefined && link.entry === undefined;
  return named ? { ...link, path: entryPath(of.product, of.channel, previous) } : link;
}

/** A move by its serial: what its role's file names, if a key that ever was the channel's signed that file. */
async function linkAt(of: Channel, serial: number): Promise<JournalLink> {
  const { store, product, channel } = of;
  const role = roleName(product, channel);
  const file = await readRoleFile(store, role, serial);
  const { targets } = await of.authorities();
  const digest = file && vouched(targets, role, file) ? targetDigest(file, product, channel) : undefined;
  if (digest === undefined) return { serial, entry: undefined, path: rolePath(role, serial) };
  const entry = await readEntry(store, product, channel, digest);
  if (entry?.serial === serial) return { serial, entry };
  return { serial, entry: undefined, path: entryPath(product, channel, digest) };
}

/**
 * Serials that were in force, the highest first: those that a signed snapshot names. While snapshots are missing or
 * altered they cannot tell whose move lost, so that every role file counts.
 */
async function serialsInForce(of: Channel): Promise<readonly number[]> {
  const { store, product, channel } = of;
  const role = roleName(product, channel);
  const { roots } = await of.authorities();
  const { snapshots, roles } = await of.files();
  const named = new Set<number>();
  let whole = snapshots.length === snapshots.at(-1);
  for (const version of snapshots) {
    const file = parseSnapshot(await readText(store, snapshotPath(version), limits.snapshot));
    if (file?.version !== version || !vouched(roots, "snapshot", file)) whole = false;
    else {
      const serial = file.metadata.signed.meta[`${role}.json`]?.version;
      if (serial !== undefined) named.add(serial);
    }
  }
  const serials = whole ? named : new Set([...named, ...(roles.get(role) ?? [])]);
  return [...serials].sort((a, b) => b - a);
}
