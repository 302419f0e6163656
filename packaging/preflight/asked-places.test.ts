import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSettings } from "../settings.ts";
import { askedPlacesOf, asksAny } from "./asked-places.ts";

const placesOf = (raw: Readonly<Record<string, unknown>>) =>
  askedPlacesOf(parseSettings({ stage: "dev", ...raw }, { name: "stacks/Pulumi.dev.yaml" }));

test("a stack that stays on this machine asks nothing, a tap in a folder included", () => {
  assert.equal(asksAny(placesOf({})), false);
  assert.equal(asksAny(placesOf({ homebrew: { tap: "team/tools", remote: "tap.git" } })), false);
});

test("what the settings name elsewhere is asked, and each server what time it is", () => {
  const asked = placesOf({
    bucket: "s3://releases?endpoint=http://127.0.0.1:9000",
    url: "https://releases.example",
    homebrew: { tap: "team/tools", remote: "https://git.example/team/homebrew-tools", token: { env: "TAP_TOKEN" } },
    winget: { submit: { repository: "microsoft/winget-pkgs", fork: "team/winget-pkgs", token: { file: "token" } } },
  });
  assert.equal(asked.bucket?.location, "s3://releases?endpoint=http://127.0.0.1:9000");
  assert.ok(asked.bucket?.writes.includes("winget/*"));
  const [tap] = asked.git;
  assert.deepEqual([tap?.branch, tap?.token], ["main", { kind: "env", name: "TAP_TOKEN" }]);
  const [pull] = asked.pulls;
  assert.deepEqual([pull?.base, pull?.token], ["master", { kind: "file", path: "token" }]);
  assert.deepEqual(asked.clocks, ["http://127.0.0.1:9000", "https://git.example/", "https://api.github.com"]);
});
