import { journal } from "../channels/read.ts";
import type { GovernanceLog, PromotionFacts } from "../gates/facts.ts";
import { entryFor } from "../gates/governance-log.ts";
import type { Places } from "../places.ts";
import type { Release } from "../plan/release-plan.ts";
import { servedRelease } from "./serving.ts";

/** What the gates of a candidate look at: a release that was built here and is not published yet. */
export async function candidateFacts(
  at: Places,
  { product, version, folder, record, recordObject }: Release,
  channel: string,
  log: GovernanceLog,
): Promise<PromotionFacts> {
  const moves = await journal(at.store, product, channel);
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
    serving: await servedRelease(at, product, moves[0]?.current, true),
    served: [...new Set(moves.map(({ current }) => current.record.sha256))],
    growth: record.budget?.growth ?? null,
    // Nobody decides on a candidate; a target that it drops, somebody has to.
    governance: { needed: false, file: log.file, entry: entryFor(log.entries, product, version) },
  };
}
