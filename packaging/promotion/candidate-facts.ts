import type { ChannelRecord } from "../channels/entry.ts";
import { walkJournal } from "../channels/journal-links.ts";
import { readChannel } from "../channels/read.ts";
import type { GovernanceLog, PromotionFacts } from "../gates/facts.ts";
import { entryFor } from "../gates/governance-log.ts";
import type { Places } from "../places.ts";
import type { Release } from "../plan/release-plan.ts";
import type { Store } from "../store/store.ts";
import { compareVersions } from "../version.ts";
import { servedRelease } from "./serving.ts";

/** What the gates of a candidate look at: a release that was built here and is not published yet. */
export async function candidateFacts(
  at: Places,
  { product, version, folder, record, recordObject }: Release,
  channel: string,
  log: GovernanceLog,
): Promise<PromotionFacts> {
  const { serving, back } = await servedSoFar(at.store, { product, channel, version, record: recordObject.sha256 });
  return {
    stage: "candidate",
    product,
    version,
    folder,
    channel,
    from: channel,
    record: recordObject.sha256,
    listed: null,
    artifacts: record.artifacts.map(({ name, target, format, size, shipped }) => {
      return { name, target, format, size, sha256: shipped, found: { size, sha256: shipped } };
    }),
    signatures: { expected: [], found: [] },
    serving: await servedRelease(at, product, serving, true),
    served: back ? [recordObject.sha256] : [],
    growth: record.budget?.growth ?? null,
    // Nobody decides on a candidate; a target that it drops, somebody has to.
    governance: { needed: false, file: log.file, entry: entryFor(log.entries, product, version) },
  };
}

/**
 * What a channel serves, and whether it ever served this record. The journal is walked until that is known: a version above
 * all that were ever served, or the one that is served now, ask for nothing that grows with the moves.
 */
async function servedSoFar(
  store: Store,
  { product, channel, version, record }: { readonly [Key in "product" | "channel" | "version" | "record"]: string },
): Promise<{ readonly serving: ChannelRecord | undefined; readonly back: boolean }> {
  let serving: ChannelRecord | undefined;
  for await (const { entry } of walkJournal(store, await readChannel(store, product, channel))) {
    if (entry === undefined) continue;
    serving ??= entry.current;
    if (entry.current.record.sha256 === record) return { serving, back: true };
    if (entry.past !== undefined && compareVersions(version, entry.past.highest) > 0) break;
  }
  return { serving, back: false };
}
