import assert from "node:assert/strict";
import { test } from "node:test";
import { firstPromotion, promotion, rollback } from "./__fixtures__/promotion.ts";
import { everyTarget } from "./every-target.ts";
import type { GovernanceEntry, PromotionFacts } from "./facts.ts";

const sizes = { "windows-x86_64": 20_000, "macos-universal": 5_000, "linux-x86_64": 9_800, "linux-aarch64": 9_000 };
const fewer: PromotionFacts = { ...promotion, serving: { version: "1.4.0", record: "b2".repeat(32), sizes } };

function dropping(...drops: string[]): PromotionFacts {
  const entry = { ...(promotion.governance.entry as GovernanceEntry), drops };
  return { ...fewer, governance: { ...promotion.governance, entry } };
}

test("a release with each target that is served, or with more, may be promoted", () => {
  assert.equal(everyTarget.check(promotion), undefined);
  assert.equal(everyTarget.check(firstPromotion), undefined);
});

test("targets that are dropped by decision may be missing", () => {
  assert.equal(everyTarget.check(dropping("macos-universal", "linux-aarch64")), undefined);
});

test("a rollback may lack what its successor has", () => {
  assert.equal(everyTarget.check(rollback), undefined);
});

test("a target that is lost without a decision is named", () => {
  assert.equal(
    everyTarget.check(fewer),
    "runtime 1.4.1 has nothing for linux-aarch64, macos-universal, which channel stable serves with 1.4.0: machines of " +
      "that kind would get no more updates. Build it for them, or, where they are given up knowingly, let the entry for " +
      'runtime 1.4.1 in docs/process/governance-log.md say "drops: linux-aarch64, macos-universal".',
  );
  assert.match(everyTarget.check(dropping("macos-universal")) ?? "", /has nothing for linux-aarch64, which/);
  const undecided = { ...fewer, governance: { ...promotion.governance, entry: null } };
  assert.match(everyTarget.check(undecided) ?? "", /has nothing for linux-aarch64, macos-universal, which/);
});
