import assert from "node:assert/strict";
import { test } from "node:test";
import { lossSentences } from "./loss.ts";

test("what is lost of a release, and who can restore it, is one sentence each", () => {
  const base = "releases/alpha/1.0.0+0123456789ab";
  const sentences = lossSentences([
    `${base}/release.json`,
    `${base}/a.deb`,
    `${base}/b.deb`,
    "tuf/1.alpha-dev.json",
    "releases/alpha/0.9.0+0123456789ab/release.json",
    `${base}/release.json`,
  ]);
  const who = (release: string) =>
    `Whoever built alpha ${release} can restore it: run \`pulumi up\` there (its cache or a build of the same source gives these bytes), or copy a file with that SHA-256 to this path.`;
  const nowhere = "and neither the bucket nor this machine's cache has the recorded bytes.";
  assert.deepEqual(sentences, [
    `${base}/: release.json, a.deb and 1 more are gone or altered, ${nowhere} ${who("1.0.0+0123456789ab")}`,
    "tuf/1.alpha-dev.json is gone or altered: it told where a channel was before, and neither the bucket nor this stack has it",
    `releases/alpha/0.9.0+0123456789ab/: release.json is gone or altered, ${nowhere} ${who("0.9.0+0123456789ab")}`,
  ]);
});

test("nothing lost, nothing said", () => {
  assert.deepEqual(lossSentences([]), []);
});
