import type { PromotionFacts } from "./facts.ts";

/** One thing that must hold before a channel moves. Gates know nothing of each other and read nothing but the facts. */
export interface Gate {
  /** As the policy pack and docs/process/gates.md name it: words joined by dashes, the name of its file. */
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly description: string;
  /** Where it is asked. */
  readonly stages: readonly PromotionFacts["stage"][];
  /** What is wrong, what that means for users and what to do; undefined where nothing is wrong. */
  readonly check: (facts: PromotionFacts) => string | undefined;
}

/**
 * Whether the channel goes back to bytes that it served before, or stays with them. Users had them already, so what is
 * asked of something new (not lower, not larger, nothing lost) would only hold up the undoing of something worse.
 */
export function servedBefore({ record, served }: PromotionFacts): boolean {
  return served.includes(record);
}
