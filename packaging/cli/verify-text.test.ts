import assert from "node:assert/strict";
import { test } from "node:test";
import { damaged, lagging } from "../finding.ts";
import { verifyText } from "./verify-text.ts";

const looked = { channels: ["runtime dev 1.1.0 (serial 2)"], suites: ["dev"], releases: 3 };

test("a whole bucket: what was looked at, and that it is whole", () => {
  assert.equal(
    verifyText({ ...looked, findings: [] }),
    "channel  runtime dev 1.1.0 (serial 2)\n1 channel, 1 suite, 3 releases: whole\n",
  );
});

test("one line for each thing that is wrong", () => {
  const behind = lagging("dists/dev/InRelease", "states snapshot 1, but 2 is in force and offers other packages");
  assert.equal(
    verifyText({ channels: [], suites: ["dev", "stable"], releases: 1, findings: [behind] }),
    "lagging  dists/dev/InRelease states snapshot 1, but 2 is in force and offers other packages\n" +
      "0 channels, 2 suites, 1 release: whole, 1 behind\n",
  );
  const altered = damaged("tuf/1.root.json", "is altered");
  assert.equal(
    verifyText({ channels: [], suites: [], releases: 0, findings: [altered, behind] })
      .split("\n")
      .at(-2),
    "0 channels, 0 suites, 0 releases: 1 damaged, 1 behind",
  );
});
