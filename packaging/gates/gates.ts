import { refuseMistakes } from "../errors.ts";
import { artifactsPresent } from "./artifacts-present.ts";
import { everyTarget } from "./every-target.ts";
import type { PromotionFacts } from "./facts.ts";
import { finishedBuild } from "./finished-build.ts";
import type { Gate } from "./gate.ts";
import { governanceEntry } from "./governance-entry.ts";
import { recordListed } from "./record-listed.ts";
import { sizeGrowth } from "./size-growth.ts";
import { sumsSigned } from "./sums-signed.ts";
import { versionNotLower } from "./version-not-lower.ts";

/** Whose bytes they are, then which, then whether somebody wants them: the order in which a person would ask. */
export const gates: readonly Gate[] = [
  recordListed,
  sumsSigned,
  artifactsPresent,
  finishedBuild,
  versionNotLower,
  everyTarget,
  sizeGrowth,
  governanceEntry,
];

/** What the gate has against a promotion; undefined where it has nothing, or is not asked at this stage. */
export function objectionOf(gate: Gate, facts: PromotionFacts): string | undefined {
  return gate.stages.includes(facts.stage) ? gate.check(facts) : undefined;
}

/** Refuses (SLW-GATE) promotions that a gate objects to: all objections of all gates at once. */
export function refuseByGates(...promotions: readonly PromotionFacts[]): void {
  const objections = promotions.flatMap((facts) => gates.map((gate) => objectionOf(gate, facts)));
  refuseMistakes(objections.flatMap((message) => (message === undefined ? [] : [{ code: "SLW-GATE", message }])));
}
