import assert from "node:assert/strict";
import { test } from "node:test";
import { promotion, record } from "./__fixtures__/promotion.ts";
import type { GovernanceEntry } from "./facts.ts";
import { governanceEntry } from "./governance-entry.ts";

const { file } = promotion.governance;
const decided = (change: Partial<GovernanceEntry>) =>
  governanceEntry.check({
    ...promotion,
    governance: { needed: true, file, entry: { ...(promotion.governance.entry as GovernanceEntry), ...change } },
  });

test("a record that was decided upon may be promoted", () => {
  assert.equal(governanceEntry.check(promotion), undefined);
});

test("a version that nobody decided upon may not, and what to write is said", () => {
  const objection =
    "docs/process/governance-log.md has no entry for runtime 1.4.1: nobody has decided that users of stable get it. Add " +
    `one with the evidence's address and record ${record}, have it reviewed, then run this update again.`;
  assert.equal(governanceEntry.check({ ...promotion, governance: { needed: true, file, entry: null } }), objection);
  assert.equal(decided({ version: "1.4.0" }), objection, "another version's entry is none");
  assert.equal(decided({ product: "agent" }), objection, "another product's entry is none");
});

test("a decision on other bytes may not", () => {
  const other = "0f".repeat(32);
  assert.equal(
    decided({ record: other }),
    `docs/process/governance-log.md decides on record ${other} of runtime 1.4.1, and the one to release is ${record}: users ` +
      "of stable would get other bytes than those that were looked at. Look at these, and add an entry that names them.",
  );
});

test("a candidate needs no decision", () => {
  assert.deepEqual(governanceEntry.stages, ["release"]);
});
