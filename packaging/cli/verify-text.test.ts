import assert from "node:assert/strict";
import { test } from "node:test";
import { damaged, lagging } from "../finding.ts";
import { verifyText } from "./verify-text.ts";

const trust = ["channels: TUF root 1, which is pinned"];
const looked = { trust, channels: ["runtime dev 1.1.0 (serial 2)"], suites: ["dev"], releases: 3 };

test("a whole bucket: what was looked at, and that it is whole", () => {
  assert.equal(
    verifyText({ ...looked, findings: [] }),
    "trust    channels: TUF root 1, which is pinned\nchannel  runtime dev 1.1.0 (serial 2)\n1 channel, 1 suite, 3 releases: whole\n",
  );
});

test("one line for each thing that is wrong", () => {
  const behind = {
    ...lagging("dists/dev/InRelease", "states snapshot 1, but 2 is in force and offers other packages"),
    restoredBy: "the stack that moves the channel",
  };
  assert.equal(
    verifyText({ trust: [], channels: [], suites: ["dev", "stable"], releases: 1, findings: [behind] }),
    "lagging  dists/dev/InRelease states snapshot 1, but 2 is in force and offers other packages\n" +
      "         the stack that moves the channel\n" +
      "0 channels, 2 suites, 1 release: whole, 1 behind\n",
  );
  const altered = {
    ...damaged("tuf/1.root.json", "is altered", { expected: "SHA-256 1", found: "SHA-256 2" }),
    restoredBy: "the stack that owns the bucket",
  };
  const text = verifyText({ trust: [], channels: [], suites: [], releases: 0, findings: [altered] });
  assert.deepEqual(text.split("\n").slice(0, 4), [
    "damaged  tuf/1.root.json is altered",
    "         expected SHA-256 1",
    "         found SHA-256 2",
    "         the stack that owns the bucket",
  ]);
  assert.equal(
    verifyText({ trust: [], channels: [], suites: [], releases: 0, findings: [altered, behind] })
      .split("\n")
      .at(-2),
    "0 channels, 0 suites, 0 releases: 1 damaged, 1 behind",
  );
});
