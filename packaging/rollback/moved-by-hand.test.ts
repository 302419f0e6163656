import assert from "node:assert/strict";
import { test } from "node:test";
import { lost, period } from "./__fixtures__/served.ts";
import { type Claim, movedByHand } from "./moved-by-hand.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const claim: Claim = {
  ...{ product: "alpha", channel: "stable", file: "stacks/Pulumi.release.yaml", wanted: "1.2.0" },
  previous: { version: "1.1.0", commit },
  serving: period("1.1.0", 2, "release"),
  servedBefore: period("1.0.0", 1, "first", 2),
  wantedAgain: false,
};
/** 1.2.0 was promoted and taken back by hand; the file still asks for it. */
const takenBack: Claim = {
  ...claim,
  serving: period("1.1.0", 4, "rollback"),
  servedBefore: period("1.2.0", 3, "release", 4),
};
const folder = {
  ...claim,
  serving: {
    ...period("1.1.0", 2, "release"),
    release: { ...period("1.1.0", 2, "release").release, folder: "1.1.0+0123456789ab" },
  },
};

const free: readonly (readonly [name: string, Claim])[] = [
  ["the channel serves what the file said before", claim],
  ["the channel serves a folder of that version", folder],
  ["it serves what is wanted already", { ...claim, serving: period("1.2.0", 3, "release") }],
  [
    "somebody rolled back, and the file says so now",
    { ...claim, wanted: "1.0.0", serving: period("1.0.0", 3, "rollback") },
  ],
  ["the revert of a promotion", { ...claim, wanted: "1.0.0" }],
  ["the revert of a way back that was committed", { ...takenBack, wantedAgain: true }],
  ["never moved", { ...claim, previous: undefined, serving: undefined }],
  ["the manifest decided before", { ...claim, previous: { version: undefined, commit } }],
];

for (const [name, given] of free) test(`may go on: ${name}`, () => assert.equal(movedByHand(given), undefined));

const held: readonly (readonly [name: string, Claim, message: RegExp, hint: RegExp])[] = [
  [
    "rolled back by hand",
    { ...claim, serving: period("1.0.0", 3, "rollback") },
    /^stable serves alpha 1\.0\.0 since 2026-11-22T03:00:00Z \(serial 3, by ana\), but stacks\/Pulumi\.release\.yaml said 1\.1\.0 \(commit 0123456789ab\) before this change: somebody moved the channel by hand\. Nothing was written\.$/,
    /^Ask why\. Where 1\.0\.0 is to stay: commit slipway:version 1\.0\.0\. Where 1\.2\.0 is to follow it: commit 1\.0\.0 first,/,
  ],
  [
    "taken back from what the file still asks for: a job that starts for another reason would undo it",
    takenBack,
    /^stable was rolled back from alpha 1\.2\.0 to 1\.1\.0 at 2026-11-22T04:00:00Z \(serial 4, by ana\), and stacks\/Pulumi\.release\.yaml still asks for 1\.2\.0/,
    /^Ask why\. Where 1\.1\.0 is to stay: commit slipway:version 1\.1\.0;/,
  ],
  ["moved on by hand", { ...claim, serving: period("1.3.0", 3, "release") }, /serves alpha 1\.3\.0/, /^Ask why\./],
  [
    "other bytes of that version",
    { ...folder, previous: { version: "1.1.0+ba9876543210", commit } },
    /serves alpha 1\.1\.0\+0123456789ab/,
    /^Ask why\./,
  ],
  [
    "rolled back, where the manifest decided before",
    { ...claim, wanted: undefined, previous: { version: undefined, commit }, serving: period("1.0.0", 3, "rollback") },
    /said nothing of a version/,
    /Where the manifest's version is to follow/,
  ],
  [
    "no commit said anything else",
    { ...claim, previous: undefined },
    /no commit of stacks\/Pulumi\.release\.yaml said anything else before this change/,
    /^Ask why\./,
  ],
  [
    "what serves is lost",
    { ...claim, serving: lost(4) },
    /cannot be told: tuf\/4\.alpha-stable\.json is lost/,
    /^slipway history/,
  ],
];

for (const [name, given, message, hint] of held) {
  test(`held back: ${name}`, () => {
    const mistake = movedByHand(given);
    assert.equal(mistake?.code, "SLW-ROLLED-BACK");
    assert.match(mistake.message, message);
    assert.match(mistake.hint ?? "", hint);
  });
}
