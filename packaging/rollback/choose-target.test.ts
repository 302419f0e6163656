import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorCode } from "../errors.ts";
import { at, lost, period } from "./__fixtures__/served.ts";
import { chooseTarget, type Situation } from "./choose-target.ts";
import type { StackUpdate } from "./stack-history.ts";

const update = (hour: number, version: StackUpdate["version"], result = "succeeded"): StackUpdate => ({
  ...{ result, from: at(hour) - 5, to: at(hour) + 5, version },
});

/** 1.0.0 at 1, 1.1.0 at 2, 1.2.0 at 3, each by an update of the stack that named it. */
const periods = [period("1.2.0", 3, "release"), period("1.1.0", 2, "release", 3), period("1.0.0", 1, "first", 2)];
const promoted: Situation = {
  ...{ product: "alpha", channel: "stable", stack: "release", file: "stacks/Pulumi.release.yaml" },
  asked: "1.2.0",
  periods,
  named: periods.map(({ release }) => release),
  updates: [update(3, "1.2.0"), update(2, "1.1.0"), update(1, "1.0.0")],
  to: undefined,
};

/** 1.2.0 was rolled back to 1.1.0 at 4. */
const rolledBack: Situation = {
  ...promoted,
  asked: "1.1.0",
  periods: [period("1.1.0", 4, "rollback"), period("1.2.0", 3, "release", 4), ...periods.slice(1)],
  updates: [update(4, "1.1.0"), ...promoted.updates],
};
const failed = (situation: Situation): Situation => {
  const [last, ...rest] = situation.updates;
  return { ...situation, updates: last === undefined ? [] : [{ ...last, result: "failed" }, ...rest] };
};

const chosen: readonly (readonly [name: string, Situation, folder: string, marks?: string])[] = [
  ["the one before, where both know it", promoted, "1.1.0"],
  ["any other that the channel had", { ...promoted, to: "1.0.0" }, "1.0.0"],
  ["further back after a rollback", { ...rolledBack, to: "1.0.0" }, "1.0.0"],
  [
    "the manifest decided: the time of the update tells",
    { ...promoted, asked: undefined, updates: [3, 2, 1].map((hour) => update(hour, undefined)) },
    "1.1.0",
  ],
  [
    "the setting is a map",
    { ...promoted, updates: [update(3, { alpha: "1.2.0" }), update(2, { alpha: "1.1.0", beta: "3.0.0" })] },
    "1.1.0",
  ],
  ["a failed promotion that moved the channel", failed(promoted), "1.1.0"],
  ["killed before the channel moved", { ...promoted, asked: "1.1.0" }, "1.1.0", "resumed"],
  ["killed after the channel moved", { ...rolledBack, updates: promoted.updates }, "1.1.0", "resumed"],
  ["the update of a rollback failed", failed(rolledBack), "1.1.0", "resumed"],
  ["killed, and named again", { ...promoted, asked: "1.0.0", to: "1.0.0" }, "1.0.0", "resumed"],
  ["killed, and another one named", { ...promoted, asked: "1.1.0", to: "1.0.0" }, "1.0.0"],
  ["named, and unknown to the stack", { ...promoted, updates: [update(3, "1.2.0")], to: "1.0.0" }, "1.0.0", "unknown"],
  ["a version that was only kept", { ...promoted, periods: periods.slice(0, 1), to: "1.0.0" }, "1.0.0"],
  [
    "named, where what was before is lost",
    { ...promoted, periods: [period("1.2.0", 3, "unknown"), lost(2)], to: "1.0.0" },
    "1.0.0",
  ],
];

for (const [name, situation, folder, marks = ""] of chosen) {
  test(`goes back to ${folder}: ${name}`, () => {
    const { release, resumed, unknownToStack } = chooseTarget(situation);
    assert.equal(release.folder, folder);
    assert.deepEqual([resumed, unknownToStack], [marks === "resumed", marks === "unknown"]);
  });
}

const refused: readonly (readonly [name: string, Situation, ErrorCode, RegExp])[] = [
  ["never moved", { ...promoted, periods: [], named: [] }, "SLW-CHANNEL", /^Channel stable of alpha was never moved\./],
  ["nothing before", { ...promoted, periods: periods.slice(0, 1) }, "SLW-CHANNEL", /served nothing before 1\.2\.0/],
  [
    "never had it",
    { ...promoted, to: "0.9.0" },
    "SLW-VERSION",
    /never had alpha 0\.9\.0\..*\n +It had 1\.2\.0, 1\.1\.0, 1\.0\.0\.$/,
  ],
  [
    "serves it",
    { ...promoted, to: "1.2.0" },
    "SLW-VERSION",
    /^stable serves alpha 1\.2\.0 already; nothing was changed\./,
  ],
  [
    "is above",
    { ...rolledBack, to: "1.2.0" },
    "SLW-VERSION",
    /1\.2\.0 is above 1\.1\.0, .* no way back.*\n +To go forward, set/,
  ],
  [
    "was a rollback already",
    rolledBack,
    "SLW-VERSION",
    /rolled back already, from alpha 1\.2\.0 to 1\.1\.0 by ana\..*\n +Further back: .*Forward to 1\.2\.0: /,
  ],
  [
    "another stack moved it",
    { ...promoted, updates: [update(3, "1.2.0"), update(1, "1.0.0")] },
    "SLW-CHANNEL",
    /served alpha 1\.1\.0, moved there by ana at 2026-11-22T02:00:00Z\. None of the newest 2 updates in the history of stack release did that.*\n +.*--to 1\.1\.0/,
  ],
  [
    "at another time",
    { ...promoted, asked: undefined, updates: [update(3, undefined), update(5, undefined)] },
    "SLW-CHANNEL",
    /None of the newest 2 updates/,
  ],
  [
    "a lost state",
    { ...promoted, asked: undefined, updates: [] },
    "SLW-CHANNEL",
    /The engine knows no update of stack release/,
  ],
  [
    "a version that no update did",
    { ...promoted, asked: "1.3.0" },
    "SLW-VERSION",
    /^stacks\/Pulumi\.release\.yaml asks for alpha 1\.3\.0, which no update has done yet; stable serves 1\.2\.0\./,
  ],
  [
    "forward, not finished",
    { ...rolledBack, asked: "1.2.0", updates: promoted.updates.slice(1) },
    "SLW-VERSION",
    /asks for alpha 1\.2\.0, which no update has done yet/,
  ],
  [
    "what serves is lost",
    { ...promoted, periods: [lost(4), ...periods] },
    "SLW-CHANNEL",
    /What stable of alpha serves now \(serial 4\) cannot be told: tuf\/4\.alpha-stable\.json is lost/,
  ],
  [
    "what was before is lost",
    { ...promoted, periods: [period("1.2.0", 3, "unknown"), lost(2)] },
    "SLW-CHANNEL",
    /served before 1\.2\.0 \(serial 2\) cannot be told/,
  ],
];

for (const [name, situation, code, message] of refused) {
  test(`refused: ${name}`, () => assert.throws(() => chooseTarget(situation), { code, message }));
}
