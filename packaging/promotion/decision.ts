import path from "node:path";
import { openChannel } from "../channels/client.ts";
import type { ChannelEntry, ChannelRecord } from "../channels/entry.ts";
import { readChannel } from "../channels/read.ts";
import { refusal, SlipwayError } from "../errors.ts";
import type { Places } from "../places.ts";
import { parseFolder } from "../record/folder.ts";
import { compareVersions } from "../version.ts";
import { entryBefore, findListed, type Listed } from "./listed.ts";

/** Whom a stack believes, and the channels that it moves and takes from. */
export interface PromotedChannels {
  /** The channel that is moved, and the one that new versions are taken from. */
  readonly channel: string;
  readonly from: string;
  /** The TUF root that the stack trusts. */
  readonly trustedRoot: string;
}

/** Which release is to be promoted and who vouches for it: the same before the channel moves and after. */
export interface Decision extends Omit<Listed, "endedBy"> {
  /** The channel whose role vouches for it: the one it is taken from, or the moved one itself where it goes back. */
  readonly vouchedBy: string;
  /** What the channel served before it came, or comes, to this release. */
  readonly before: ChannelRecord | undefined;
  /** What the channel serves now. */
  readonly current: ChannelRecord | undefined;
  /** Keys of the bucket vouch for what the channel says that it served; where they do not, it is no way back. */
  readonly proven: boolean;
  /** The channel was moved before, whatever is left of it. */
  readonly moved: boolean;
  /** The channel pointed at the release before, and at a higher one since: this goes back. */
  readonly back: boolean;
  /** SHA-256 of the records that the verified entry of the moved channel names, or where it is not in force, of the other. */
  readonly vouched: ReadonlySet<string>;
}

/**
 * Finds the release of a version (undefined: what the channel it is taken from serves), reading channels as any TUF client
 * does, from the trusted root on. A version below the served one is looked for in what the moved channel served before:
 * going back needs no other channel, unless the moved one is not in force any more (its metadata ended): then the other one
 * vouches for what it goes back to. Refuses (SLW-CHANNEL) what does not verify, (SLW-VERSION) what neither channel named, or
 * what the other one took back.
 */
export async function decide(
  at: Places,
  product: string,
  wanted: string | undefined,
  channels: PromotedChannels,
): Promise<Decision> {
  const { channel } = channels;
  const own = await openIfThere(at, product, channel, channels);
  // What nobody vouches for any more is served all the same: it is what users have, and what the next move follows.
  const view = await readChannel(at.store, product, channel);
  const newest = own ?? view.entry;
  const proven = own !== undefined || view.proven;
  const source = async () => open(at, product, channels.from, channels);
  const version = wanted ?? (await source()).current.version;
  const before = newest && (await entryBefore(at.store, newest, version));
  const isLower = before !== undefined && compareVersions(parseFolder(version).version, before.current.version) < 0;
  const served =
    isLower && proven ? await findListed(at.store, before, version, (entry) => [entry.current]) : undefined;
  const common = {
    before: before?.current,
    current: newest?.current,
    proven,
    moved: view.serial > 0,
    vouched: recordsOf(own ?? (await source())),
  };
  if (own !== undefined && served !== undefined) {
    return { serial: served.serial, named: served.named, ...common, vouchedBy: channel, back: true };
  }
  const { serial, named, endedBy } = await requireListed(at, await source(), version);
  const isServed = proven && newest?.current.record.sha256 === named.record.sha256;
  if (!isServed && endedBy !== undefined) refuseTakenBack(product, channels.from, named, endedBy);
  const back = served?.named.record.sha256 === named.record.sha256;
  return { serial, named, ...common, vouchedBy: channels.from, back };
}

function recordsOf({ current, kept }: ChannelEntry): ReadonlySet<string> {
  return new Set([current, ...kept].map(({ record }) => record.sha256));
}

function open(at: Places, product: string, channel: string, { trustedRoot }: PromotedChannels): Promise<ChannelEntry> {
  return openChannel(at.store, trustedRoot, product, channel, path.join(at.cacheFolder, "tuf"));
}

/** A channel that is not there yet, or that its mover has to sign anew first, vouches for nothing. */
async function openIfThere(
  at: Places,
  product: string,
  channel: string,
  channels: PromotedChannels,
): Promise<ChannelEntry | undefined> {
  try {
    return await open(at, product, channel, channels);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "SLW-CHANNEL") return undefined;
    throw error;
  }
}

async function requireListed({ store }: Places, source: ChannelEntry, wanted: string): Promise<Listed> {
  const listed = await findListed(store, source, wanted, ({ current, kept }) => [current, ...kept]);
  if (listed !== undefined) return listed;
  const { product, channel, current, kept } = source;
  const versions = [current, ...kept].map(({ version }) => version);
  throw refusal("SLW-VERSION", `slipway:version asks for ${product} ${wanted}, which channel ${channel} never named`, {
    setting: ["version", product],
    hint: `It names ${versions.join(", ")}.`,
  });
}

/** A channel that ceased to name a version by going to a lower one took it back, wherever it went since. */
function refuseTakenBack(
  product: string,
  channel: string,
  { version }: ChannelRecord,
  { version: then }: ChannelRecord,
): void {
  if (compareVersions(version, then) <= 0) return;
  throw refusal(
    "SLW-VERSION",
    `slipway:version asks for ${product} ${version}, which channel ${channel} took back: it went from there to ${then}`,
    {
      setting: ["version", product],
      hint: `Ask for what ${channel} serves now, or move ${channel} to ${version} again first.`,
    },
  );
}
