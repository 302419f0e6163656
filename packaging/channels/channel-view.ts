import type { Store } from "../store/store.ts";
import { allFiles, type Chain, highestSerial, snapshotHolds } from "./chain.ts";
import type { ChannelEntry } from "./entry.ts";
import { believedCopy, readAs, readCopy, readEntryText, recoverEntry, targetDigest } from "./evidence.ts";
import { authorities } from "./history.ts";
import { channelPath, entryPath, roleName, rolePath, rootPath, snapshotPath, timestampPath } from "./layout.ts";
import { signsFor } from "./metadata.ts";
import { type RoleInForce, roleInForce } from "./role-in-force.ts";

/** What a channel says, and how far the bucket proves it. */
export interface ChannelView {
  readonly product: string;
  readonly channel: string;
  /** Version of the role in force; 0 where the channel was never moved. */
  readonly serial: number;
  /** The next free one: files of writers that died are skipped over. */
  readonly nextSerial: number;
  readonly entry: ChannelEntry | undefined;
  /** The role's file and its entry are whole, in force, and signed by a key in force. */
  readonly intact: boolean;
  /** When the first of what signs the channel ends, `YYYY-MM-DDTHH:MM:SSZ`; undefined where nothing is in force. */
  readonly expires: string | undefined;
  /** Key ids that the newest targets delegate the channel to. */
  readonly keyids: readonly string[];
  /** A snapshot names the entry by its digest, through the role's file; keys that are or were in force signed both. */
  readonly proven: boolean;
  /**
   * The entry is known from other evidence than the keys in force: keys of an earlier root, or the unsigned copies.
   * Whoever signs it again vouches for it.
   */
  readonly recovered: boolean;
  /** Paths of the channel's objects that are missing, altered, behind, or not signed by a key in force. */
  readonly damaged: readonly string[];
}

/** All that the bucket tells about one channel. */
export async function viewChannel(store: Store, chain: Chain, product: string, channel: string): Promise<ChannelView> {
  const role = roleName(product, channel);
  const inForce = await roleInForce(store, chain, product, channel);
  const highest = await highestSerial(store, chain, role, inForce.serial);
  const digest = inForce.file && targetDigest(inForce.file, product, channel);
  const text = digest === undefined ? undefined : await readEntryText(store, product, channel, digest);
  const said = text === undefined ? undefined : readAs(text, product, channel);
  // A role is trusted for its own number: an entry of another one was put there by mistake, or again.
  const named = said?.serial === inForce.serial ? said : undefined;
  const copy = await readCopy(
    store,
    product,
    channel,
    named && text !== undefined ? { text, entry: named } : undefined,
  );
  const lostTrust = chain.roots.length === 0;
  const believed = named || !copy ? undefined : await believedCopy(store, product, channel, copy, digest);
  const recovered = named
    ? undefined
    : await recover(store, product, channel, believed, inForce.serial, highest, lostTrust);
  const isVouched = await everSigned(store, chain, role, inForce);
  const isNamedCopy = digest !== undefined && recovered === believed && recovered?.serial === inForce.serial;
  const entry = named ?? recovered;
  const serial = inForce.serial || (entry?.serial ?? 0);
  const vouched = inForce.signed && inForce.named;
  const damaged: string[] = [];
  if (serial > 0) {
    damaged.push(...chainDamage(chain));
    if (!vouched) damaged.push(rolePath(role, serial));
    if (digest !== undefined && named === undefined) damaged.push(entryPath(product, channel, digest));
    const isCopy = named ? copy?.text === text : copy !== undefined && copy.entry === believed;
    if (!isCopy) damaged.push(channelPath(product, channel));
  }
  const intact = vouched && named !== undefined;
  return {
    product,
    channel,
    serial,
    nextSerial: Math.max(highest, serial) + 1,
    entry,
    intact,
    expires: [inForce.file, chain.snapshot].flatMap((it) => it?.metadata.signed.expires ?? []).sort()[0],
    keyids: chain.targets?.metadata.signed.delegations?.roles?.[role]?.keyIDs ?? [],
    proven: isVouched && (named !== undefined || isNamedCopy),
    recovered: entry !== undefined && !intact,
    damaged: damaged.sort(),
  };
}

/** Whether a key that is, or ever was, the channel's signed the role's file: any mover's key signs snapshots. */
async function everSigned(store: Store, chain: Chain, role: string, { file, signed }: RoleInForce): Promise<boolean> {
  if (signed || file === undefined) return signed;
  return (await authorities(store, await allFiles(store, chain))).targets.some(({ metadata }) =>
    signsFor(metadata, role, file),
  );
}

/**
 * Without a snapshot that names the channel, only its copy can tell where it was, for the copy is written once a move
 * is in force; the other files may be those of a writer that died before. Where copy and root are both gone, the newest
 * entry is the best guess that is left: whoever restores the root is told where it was wrong.
 */
async function recover(
  store: Store,
  product: string,
  channel: string,
  believed: ChannelEntry | undefined,
  inForce: number,
  highest: number,
  lostTrust: boolean,
): Promise<ChannelEntry | undefined> {
  if (inForce > 0) return recoverEntry(store, product, channel, believed, inForce);
  if (believed === undefined && lostTrust)
    return recoverEntry(store, product, channel, undefined, Number.MAX_SAFE_INTEGER);
  return believed !== undefined && (highest === 0 || believed.serial <= highest) ? believed : undefined;
}

function chainDamage(chain: Chain): string[] {
  const damaged: string[] = [];
  const { snapshot, timestamp, highest, roots, files } = chain;
  // Without a root nobody can tell who signed the others.
  if (roots.length === 0) return [rootPath(files.roots.at(-1) ?? 1), ...(timestamp.whole ? [] : [timestampPath])];
  if (snapshot === undefined || timestamp.snapshot !== snapshot.version) damaged.push(timestampPath);
  if (!snapshotHolds(chain))
    damaged.push(snapshotPath(Math.max(timestamp.snapshot, snapshot?.version ?? 0) || highest.snapshot));
  return damaged;
}
