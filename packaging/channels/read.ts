import { sideBySide } from "../side-by-side.ts";
import type { Store } from "../store/store.ts";
import { type Chain, readChain, readRoleFile } from "./chain.ts";
import { type ChannelView, viewChannel } from "./channel-view.ts";
import { type ChannelContent, type ChannelEntry, sameContent } from "./entry.ts";
import { readEntry, targetDigest } from "./evidence.ts";
import { journalLinks, walkJournal } from "./journal-links.ts";
import { knownEntries, vouching } from "./known-entries.ts";
import { channelOfRole, readText, snapshotPath } from "./layout.ts";
import { limits, parseSnapshot } from "./metadata.ts";
import { roleInForce } from "./role-in-force.ts";

/** Channels that are read side by side. */
const readAtOnce = 8;

/** What a channel points at, what its next serial is, and which of its objects are damaged. Writes nothing. */
export async function readChannel(store: Store, product: string, channel: string): Promise<ChannelView> {
  return viewChannel(store, await readChain(store), product, channel);
}

/**
 * The serial to ask for, and the one that this is decided upon: both stay as they are while the channel is intact, is
 * delegated to the key that will move it (`keyid`), and says what is wanted; so they can be inputs of a resource.
 */
export function planMove(
  view: ChannelView,
  wanted: ChannelContent,
  keyid: string,
): { readonly serial: number; readonly after: number } {
  const stays = view.intact && view.keyids.includes(keyid);
  if (stays && view.entry !== undefined && sameContent(view.entry, wanted)) {
    return { serial: view.serial, after: view.entry.after };
  }
  return { serial: view.nextSerial, after: view.serial };
}

/** What a channel's moves said, newest first: its journal without the links that are lost. */
export async function journal(store: Store, product: string, channel: string): Promise<ChannelEntry[]> {
  return (await journalLinks(store, product, channel)).flatMap(({ entry }) => entry ?? []);
}

/**
 * The newest entry of a channel that keys vouch for: of the move in force, or where that one is lost, of one before it.
 * While nothing is lost, what it reads does not grow with the number of moves.
 */
export async function newestEntry(store: Store, product: string, channel: string): Promise<ChannelEntry | undefined> {
  const view = await readChannel(store, product, channel);
  for await (const { entry } of walkJournal(store, view)) if (entry !== undefined) return entry;
  return undefined;
}

/** The number of the snapshot in force; 0 where there is none. */
export async function snapshotNumber(store: Store): Promise<number> {
  return (await readChain(store)).snapshot?.version ?? 0;
}

/** What is in force in the whole bucket: the number of the snapshot, and each channel that the targets delegate. */
export async function readSnapshot(
  store: Store,
): Promise<{ readonly version: number; readonly channels: readonly ChannelView[] }> {
  const chain = await readChain(store);
  const views = await sideBySide(namesIn(chain), readAtOnce, ({ product, channel }) =>
    viewChannel(store, chain, product, channel),
  );
  const channels = views.filter(({ serial }) => serial > 0);
  return { version: chain.snapshot?.version ?? 0, channels };
}

/** What the channels of one name say, as far as keys of the bucket vouch for it. */
export interface ProvenEntries {
  /** Number of the snapshot in force. */
  readonly version: number;
  readonly entries: readonly ChannelEntry[];
  /** Products whose channel was moved and is damaged so that nobody vouches for what is left of it. */
  readonly unproven: readonly string[];
}

/**
 * What the channels of one name say now, without looking for damage beside what is in force. Whoever signs something that
 * is made of it vouches for it, so it is what a snapshot names by its digest, signed by keys in force or, after a rotation,
 * by those before: never what an unsigned object claims. What was verified before is known by its digest.
 */
export async function readEntries(store: Store, channel: string, cacheFolder: string): Promise<ProvenEntries> {
  const chain = await readChain(store);
  const names = namesIn(chain).filter((name) => name.channel === channel);
  const known = await knownEntries(cacheFolder, channel);
  const vouchedBy = vouching(chain, channel);
  const unproven: string[] = [];
  const found = await sideBySide(names, readAtOnce, async ({ product }) => {
    const vouched = vouchedBy(product);
    const remembered = vouched === undefined ? undefined : known.get(vouched);
    if (remembered !== undefined) return remembered;
    const { serial, file, signed, named } = await roleInForce(store, chain, product, channel);
    const digest = signed && named && file !== undefined ? targetDigest(file, product, channel) : undefined;
    const said = digest === undefined ? undefined : await readEntry(store, product, channel, digest);
    const entry = said?.serial === serial ? said : undefined;
    if (vouched !== undefined && entry !== undefined) known.set(vouched, entry);
    if (entry !== undefined) return entry;
    const view = await viewChannel(store, chain, product, channel);
    if (view.proven) return view.entry;
    if (view.serial > 0) unproven.push(product);
    return undefined;
  });
  await known.save();
  const entries = found.filter((entry) => entry !== undefined);
  return { version: chain.snapshot?.version ?? 0, entries, unproven: unproven.sort() };
}

function namesIn(chain: Chain): readonly { readonly product: string; readonly channel: string }[] {
  const roles = Object.keys(chain.targets?.metadata.signed.delegations?.roles ?? {}).sort();
  return roles.flatMap((role) => channelOfRole(role) ?? []);
}

/** Every channel of one product that the targets delegate; undefined where there are none to tell. */
export async function channelsOfProduct(store: Store, product: string): Promise<readonly ChannelView[] | undefined> {
  const chain = await readChain(store);
  if (chain.targets === undefined) return undefined;
  const names = namesIn(chain).filter((name) => name.product === product);
  return sideBySide(names, readAtOnce, ({ channel }) => viewChannel(store, chain, product, channel));
}

/** The channels that a client sees: those of the snapshot that timestamp.json names, signed by the keys in force. */
export async function channelsForClients(store: Store): Promise<ReadonlySet<string>> {
  const { timestamp } = await readChain(store);
  if (timestamp.snapshot === 0) return new Set();
  const snapshot = parseSnapshot(await readText(store, snapshotPath(timestamp.snapshot), limits.snapshot));
  return new Set(Object.keys(snapshot?.metadata.signed.meta ?? {}).map((file) => file.slice(0, -".json".length)));
}

/**
 * The entries that an earlier snapshot had in force, as far as they are still there. Nobody vouches for it any more: what
 * is made from it must be known by its digest.
 */
export async function readSnapshotOf(store: Store, version: number): Promise<readonly ChannelEntry[]> {
  const snapshot = parseSnapshot(await readText(store, snapshotPath(version), limits.snapshot));
  const entries: ChannelEntry[] = [];
  for (const [file, meta] of Object.entries(snapshot?.metadata.signed.meta ?? {})) {
    const role = file.slice(0, -".json".length);
    const name = channelOfRole(role);
    const named = name && (await readRoleFile(store, role, meta.version));
    const digest = named && targetDigest(named, name.product, name.channel);
    const entry = digest ? await readEntry(store, name.product, name.channel, digest) : undefined;
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}
