import path from "node:path";
import type { ChannelEntry, ChannelRecord } from "../channels/entry.ts";
import { openChannel } from "../channels/client.ts";
import { readChannel } from "../channels/read.ts";
import { compare, type Difference } from "../difference/difference.ts";
import { publishedSide } from "../difference/published-side.ts";
import { refusal, SlipwayError } from "../errors.ts";
import type { GovernanceEntry, PromotionFacts } from "../gates/facts.ts";
import { entryFor } from "../gates/governance-log.ts";
import type { Places } from "../places.ts";
import { planNamed } from "../plan/published-plan.ts";
import type { ReleasePlan } from "../plan/release-plan.ts";
import { releaseFolder } from "../record/folder.ts";
import type { ReleaseRecord } from "../record/record.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import { type Depth, examineArtifacts, readWhole, sumsSigners } from "./examine.ts";
import { findListed, servedBefore } from "./listed.ts";
import { servingNow } from "./serving.ts";

/** What a stack promotes by. */
export interface PromotionSettings {
  /** The channel that is moved, and the one that new versions are taken from. */
  readonly channel: string;
  readonly from: string;
  /** The TUF root that the stack trusts. */
  readonly trustedRoot: string;
  /** The key that signs the sums of what is promoted. */
  readonly signer: OpenPgpPublic;
  readonly depth: Depth;
  /** The decisions of people on versions; undefined for what nobody decides on. */
  readonly governance: { readonly file: string; readonly entries: readonly GovernanceEntry[] } | undefined;
}

/** A release that is to be promoted: taken from the bucket as it is, with all that gates and people look at. */
export interface Promotion {
  readonly plan: ReleasePlan;
  readonly facts: PromotionFacts;
  /** Against what the channel serves now; undefined where it serves nothing. */
  readonly difference: Difference | undefined;
}

/**
 * Plans the promotion of one version (undefined: what the channel it is taken from serves). The channels are read as any
 * TUF client reads them, from the trusted root on, and the release is examined in the bucket; nothing is built, nothing is
 * written. What the moved channel served before is vouched for by that channel itself, so that going back needs no other.
 * Refuses (SLW-CHANNEL) what does not verify, (SLW-VERSION) a version that neither channel named, (SLW-STORE-DAMAGED) a
 * record or inventory that is not the one named.
 */
export async function planPromotion(
  at: Places,
  product: string,
  wanted: string | undefined,
  settings: PromotionSettings,
): Promise<Promotion> {
  const { channel, from } = settings;
  const own = await openIfThere(at, product, channel, settings);
  const served = own === undefined ? [] : await servedBefore(at.store, own);
  const back = served.find(({ version, folder }) => version === wanted || folder === wanted);
  const source = back === undefined || own === undefined ? await open(at, product, from, settings) : own;
  const { named, serial } =
    back === undefined
      ? await requireListed(at, source, wanted ?? source.current.version)
      : { named: back, serial: source.serial };
  const record = await readWhole(at.store, product, named);
  const plan = await planNamed(at, product, named);
  const facts = await factsOf(at, { product, named, record, source, serial, served }, settings);
  return { plan, facts, difference: await differenceTo(at, product, channel, named) };
}

async function open(
  at: Places,
  product: string,
  channel: string,
  { trustedRoot }: PromotionSettings,
): Promise<ChannelEntry> {
  return openChannel(at.store, trustedRoot, product, channel, path.join(at.cacheFolder, "tuf"));
}

/** A channel that is not there yet, or that its mover has to sign anew first, vouches for nothing. */
async function openIfThere(
  at: Places,
  product: string,
  channel: string,
  settings: PromotionSettings,
): Promise<ChannelEntry | undefined> {
  try {
    return await open(at, product, channel, settings);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "SLW-CHANNEL") return undefined;
    throw error;
  }
}

async function requireListed({ store }: Places, source: ChannelEntry, wanted: string) {
  const listed = await findListed(store, source, wanted);
  if (listed !== undefined) return listed;
  const { product, channel, current, kept } = source;
  throw refusal("SLW-VERSION", `slipway:version asks for ${product} ${wanted}, which channel ${channel} never named`, {
    setting: ["version", product],
    hint: `It serves ${current.version}${kept.length === 0 ? "" : ` and keeps ${kept.map(({ version }) => version).join(", ")}`}.`,
  });
}

interface Found {
  readonly product: string;
  readonly named: ChannelRecord;
  readonly record: ReleaseRecord;
  readonly source: ChannelEntry;
  readonly serial: number;
  readonly served: readonly ChannelRecord[];
}

async function factsOf(
  at: Places,
  { product, named, record, source, serial, served }: Found,
  { channel, signer, depth, governance }: PromotionSettings,
): Promise<PromotionFacts> {
  const base = releaseFolder(product, named.folder);
  return {
    stage: "release",
    product,
    version: named.version,
    folder: named.folder,
    channel,
    from: source.channel,
    record: named.record.sha256,
    listed: serial,
    artifacts: await examineArtifacts(at.store, { product, folder: named.folder }, record, depth),
    signatures: { expected: signer.fingerprint, found: await sumsSigners(at.store, base, record, signer) },
    serving: await servingNow(at, product, channel),
    served: served.map((it) => it.record.sha256),
    growth: record.budget?.growth ?? null,
    governance: {
      needed: governance !== undefined,
      file: governance?.file ?? "",
      entry: entryFor(governance?.entries ?? [], product, named.version),
    },
  };
}

async function differenceTo(
  at: Places,
  product: string,
  channel: string,
  named: ChannelRecord,
): Promise<Difference | undefined> {
  const { entry } = await readChannel(at.store, product, channel);
  if (entry === undefined) return undefined;
  const side = ({ folder, record }: ChannelRecord) =>
    publishedSide(at.store, { product, folder, record: record.sha256 });
  return compare(await side(entry.current), await side(named));
}
