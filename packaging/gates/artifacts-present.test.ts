import assert from "node:assert/strict";
import { test } from "node:test";
import { promotion } from "./__fixtures__/promotion.ts";
import { artifactsPresent } from "./artifacts-present.ts";
import type { PromotedArtifact } from "./facts.ts";

const [deb, zip] = promotion.artifacts as [PromotedArtifact, PromotedArtifact];

test("artifacts that are in the bucket as the record has them may be promoted", () => {
  assert.equal(artifactsPresent.check(promotion), undefined);
});

test("each artifact that is missing or differs is named", () => {
  const artifacts = [
    { ...deb, found: null },
    { ...zip, found: { size: 19_999, sha256: zip.sha256 } },
    { ...zip, name: "flipped.zip", found: { size: zip.size, sha256: "f".repeat(64) } },
    { ...zip, name: "good.zip" },
  ];
  assert.equal(
    artifactsPresent.check({ ...promotion, artifacts }),
    "3 of 4 artifacts are not in the bucket as the record of runtime 1.4.1 has them: " +
      "runtime-bin_1.4.1_amd64.deb is missing; " +
      "runtime-1.4.1-windows-x86_64.zip has 19,999 B instead of 20,000 B; " +
      `flipped.zip has SHA-256 ${"f".repeat(64)} instead of ${zip.sha256}. ` +
      "Installations of them would fail. Run an update with --refresh of the stack that moves candidate, which restores " +
      "them, then run this one again.",
  );
});

test("the only artifact is one", () => {
  const alone = artifactsPresent.check({ ...promotion, artifacts: [{ ...deb, found: null }] });
  assert.match(alone ?? "", /^1 of 1 artifact is not in the bucket/);
});
