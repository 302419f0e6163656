import assert from "node:assert/strict";
import { test } from "node:test";
import { assertGolden } from "../__fixtures__/golden.ts";
import { at, period } from "../rollback/__fixtures__/served.ts";
import { doneText, durationText, type Intent, intentText } from "./rollback-text.ts";

const before = period("1.4.0", -260, "release", 10);
const intent: Intent = {
  ...{ product: "alpha", channel: "stable", stack: "release", file: "stacks/Pulumi.release.yaml" },
  target: {
    ...{ serving: period("1.4.1", 10, "release"), before, release: before.release },
    ...{ resumed: false, unknownToStack: false },
  },
  users: ["  apt         new installs get 1.4.0; machines that have 1.4.1 keep it (apt never downgrades)"],
  now: at(12),
};

test("before the preview, and after the update", () => {
  const { target } = intent;
  const resumed = {
    ...intent,
    target: { ...target, before: undefined, resumed: true, unknownToStack: true },
    users: [],
  };
  const texts = [
    intentText(intent),
    intentText(resumed),
    doneText(intent, 43, true),
    doneText({ ...intent, file: "stacks/Pulumi.dev.yaml" }, 43, false),
  ];
  assertGolden(import.meta.url, "rollback.txt", texts.join("-----\n"));
});

test("how long, as people say it", () => {
  const said = [-1, 0, 59, 60, 3599, 3600, 172_799, 172_800, 12.5 * 86_400].map(durationText);
  assert.deepEqual(said, ["0 s", "0 s", "59 s", "1 min", "59 min", "1 h", "47 h", "2 days", "12 days"]);
});
