import assert from "node:assert/strict";
import { test } from "node:test";
import { firstPromotion, promotion, rollback } from "./__fixtures__/promotion.ts";
import type { PromotedArtifact } from "./facts.ts";
import { sizeGrowth, sizesByTarget } from "./size-growth.ts";

const [deb, zip] = promotion.artifacts as [PromotedArtifact, PromotedArtifact];

/** With a second artifact for Linux of so many bytes, beside one of 10,000; 20,000 are served. */
function grown(bytes: number, growth: number | null = 5) {
  const artifacts = [deb, { ...deb, name: "runtime.tar.zst", size: bytes }, zip];
  const sizes = { "linux-x86_64": 20_000, "windows-x86_64": 20_000 };
  const serving = { version: "1.4.0", record: "b2".repeat(32), sizes };
  return sizeGrowth.check({ ...promotion, artifacts, serving, growth });
}

test("growth up to the budget may be promoted", () => {
  assert.equal(sizeGrowth.check(promotion), undefined);
  assert.equal(grown(11_000), undefined, "exactly 5 %");
  assert.equal(grown(0), undefined, "less than before");
});

test("without a budget, over nothing and back to what was served, any size may", () => {
  assert.equal(grown(90_000, null), undefined);
  assert.equal(sizeGrowth.check(firstPromotion), undefined);
  assert.equal(sizeGrowth.check(rollback), undefined);
});

test("a target that is not served yet has nothing to grow from", () => {
  assert.equal(sizeGrowth.check({ ...promotion, artifacts: [deb, { ...zip, target: "macos-universal" }] }), undefined);
});

test("a target that grows beyond the budget is named with both sizes", () => {
  assert.equal(
    grown(14_000),
    "runtime 1.4.1 grows by more than its budget of 5 % over 1.4.0: linux-x86_64 from 20 kB to 24 kB (+20.0 %). Everybody " +
      "downloads it. Find what grew with slipway diff; where that is worth its size, release it with a larger " +
      "budget.growth in its manifest.",
  );
  assert.match(grown(11_001) ?? "", /\(\+5\.1 %\)/, "one byte over the budget does not look as if it were on it");
  assert.match(grown(10_001, 0) ?? "", /budget of 0 %/);
});

test("the size of a target is that of all its artifacts", () => {
  assert.deepEqual(sizesByTarget([deb, zip, { ...deb, size: 1 }]), {
    "linux-x86_64": 10_001,
    "windows-x86_64": 20_000,
  });
});
