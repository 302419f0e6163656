import assert from "node:assert/strict";
import { test } from "node:test";
import { firstPromotion, promotion, rollback } from "./__fixtures__/promotion.ts";
import { versionNotLower } from "./version-not-lower.ts";

const over = (version: string, serving: string) =>
  versionNotLower.check({
    ...promotion,
    version,
    serving: { version: serving, record: "b2".repeat(32), sizes: {} },
  });

test("a higher version may be promoted, an equal one, and any as the first", () => {
  assert.equal(over("1.4.1", "1.4.0"), undefined);
  assert.equal(over("1.10.0", "1.9.9"), undefined, "in the order of versions, not of letters");
  assert.equal(over("1.4.0", "1.4.0-rc.1"), undefined, "a release follows its candidates");
  assert.equal(over("1.4.1", "1.4.1"), undefined);
  assert.equal(versionNotLower.check(firstPromotion), undefined);
});

test("a lower version that the channel served before is a rollback", () => {
  assert.equal(versionNotLower.check(rollback), undefined);
});

test("a lower version that the channel never served may not", () => {
  assert.equal(
    over("1.4.1", "1.5.0"),
    "Channel stable serves runtime 1.5.0 and never served 1.4.1, which is lower: machines that have 1.5.0 would not get " +
      "it. Release 1.5.0 or later, or go back to a version that the channel served (slipway history stable lists them).",
  );
  assert.match(over("1.4.0-rc.1", "1.4.0") ?? "", /never served 1\.4\.0-rc\.1, which is lower/);
});
