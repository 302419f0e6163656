import type { Difference } from "../difference/difference.ts";
import type { GovernanceLog, PromotionFacts } from "../gates/facts.ts";
import { entryFor } from "../gates/governance-log.ts";
import type { Places } from "../places.ts";
import { planNamed, readIfThere } from "../plan/published-plan.ts";
import type { ReleasePlan } from "../plan/release-plan.ts";
import type { ReleaseRecord } from "../record/record.ts";
import { whatUsersGet } from "../rollback/what-users-get.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import { type Decision, decide, type PromotedChannels } from "./decision.ts";
import { differenceFrom } from "./difference-from.ts";
import { type Depth, examineArtifacts, readWhole, requireSums } from "./examine.ts";
import { servedRelease } from "./serving.ts";

/** What a stack promotes by. */
export interface PromotionSettings extends PromotedChannels {
  /** The keys of which one signs the sums of what is promoted. */
  readonly signers: readonly OpenPgpPublic[];
  readonly depth: Depth;
  /** The decisions of people on versions, and whether this product needs one. */
  readonly governance: GovernanceLog & {
    readonly needed: boolean;
    /** The stack's state says that it moved the channel before, whatever the bucket says. */
    readonly moved?: boolean;
  };
}

/** A release that is to be promoted: taken from the bucket as it is, with all that gates and people look at. */
export interface Promotion {
  readonly plan: ReleasePlan;
  readonly facts: PromotionFacts;
  /** Against what the channel serves now; undefined where it serves nothing, or where that is lost. */
  readonly difference: Difference | undefined;
  /** The version that the channel serves, where its record or an inventory is damaged: nothing can be told of it. */
  readonly lost: string | undefined;
  /** SHA-256 of the records that a verified entry names: what else the channel seems to keep does not stay. */
  readonly vouched: ReadonlySet<string>;
  /** What users of each platform get, as lines. */
  readonly users: readonly string[];
}

/**
 * Plans the promotion of one version (undefined: what the channel it is taken from serves): the release is examined as it
 * lies in the bucket; nothing is built, nothing is written. Refuses as `decide` does, and (SLW-STORE-DAMAGED) a record or
 * inventory that is not the one named.
 */
export async function planPromotion(
  at: Places,
  product: string,
  wanted: string | undefined,
  settings: PromotionSettings,
): Promise<Promotion> {
  const decision = await decide(at, product, wanted, settings);
  const { named, current } = decision;
  const record = await readWhole(at.store, product, named);
  const plan = await planNamed(at, product, named);
  const facts = await factsOf(at, product, record, decision, settings);
  // That what is served is damaged stops nobody: it may be why something else is to be served.
  const next = { folder: named.folder, record, bundles: plan.bundles };
  const difference = current && (await differenceFrom(at.store, product, current, next));
  const served = current && { version: current.version, record: (await readIfThere(at, product, current))?.record };
  const users = served === undefined ? [] : whatUsersGet(served, { version: named.version, record });
  const lost = difference === undefined ? current?.version : undefined;
  return { plan, facts, difference, lost, users, vouched: decision.vouched };
}

async function factsOf(
  at: Places,
  product: string,
  record: ReleaseRecord,
  { named, serial, vouchedBy, before, current, proven, moved, back }: Decision,
  { channel, signers, depth, governance }: PromotionSettings,
): Promise<PromotionFacts> {
  return {
    stage: "release",
    product,
    version: named.version,
    folder: named.folder,
    channel,
    from: vouchedBy,
    record: named.record.sha256,
    listed: serial,
    artifacts: await examineArtifacts(at.store, { product, folder: named.folder }, record, depth),
    signatures: {
      expected: signers.map(({ fingerprint }) => fingerprint),
      found: await requireSums(at.store, named.record, signers),
    },
    // Where the channel is there already nothing is decided: what came before may be gone, or never have been.
    serving: await servedRelease(
      at,
      product,
      before,
      back || !proven || current?.record.sha256 === named.record.sha256,
    ),
    served: back ? [named.record.sha256] : [],
    growth: record.budget?.growth ?? null,
    governance: {
      // The first package of keys has no users yet; another one changes whom they trust, and so may one that comes where
      // nothing is left of what the channel served.
      needed:
        governance.needed || before !== undefined || ((moved || governance.moved === true) && current === undefined),
      file: governance.file,
      entry: entryFor(governance.entries, product, named.version),
    },
  };
}
