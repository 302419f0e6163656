import assert from "node:assert/strict";
import { test } from "node:test";
import { SlipwayError } from "./errors.ts";
import { parseSettings, requestedVersion } from "./settings.ts";

const file = "stacks/Pulumi.dev.yaml";

test("a dev stack needs no settings", () => {
  const settings = parseSettings({ stage: "dev" }, file);
  assert.deepEqual(settings.manifests, ["packaging/runtime/manifest.yaml"]);
  assert.equal(settings.bucket, ".slipway/bucket");
  assert.equal(settings.keep, 3);
  assert.equal(settings.version, undefined);
});

test("a version is asked for all products, or for each by name", () => {
  const all = parseSettings({ stage: "dev", version: "1.0.0" }, file);
  assert.equal(requestedVersion(all, "runtime"), "1.0.0");
  const each = parseSettings({ stage: "dev", version: { runtime: "1.0.0+0123456789ab" } }, file);
  assert.equal(requestedVersion(each, "runtime"), "1.0.0+0123456789ab");
  assert.equal(requestedVersion(each, "other"), undefined);
});

test("phasing is a whole percentage of each product, however it was written", () => {
  const phasing = { runtime: 10, agent: "0", other: 100 };
  assert.deepEqual(parseSettings({ stage: "dev", phasing }, file).phasing, { runtime: 10, agent: 0, other: 100 });
  assert.deepEqual(parseSettings({ stage: "dev" }, file).phasing, {});
});

test("a publish time may stand without quotes: the engine passes it on in Go's form", () => {
  for (const publishedAt of ["2026-11-22T23:04:21Z", "2026-11-22 23:04:21 +0000 UTC"]) {
    assert.equal(parseSettings({ stage: "dev", publishedAt }, file).publishedAt, "2026-11-22T23:04:21Z");
  }
});

const bad: readonly [name: string, raw: Record<string, unknown>, message: RegExp][] = [
  ["an unknown stage", { stage: "staging" }, /slipway:stage: expected "dev".*found "staging"/],
  ["no stage", {}, /slipway:stage/],
  ["an unknown setting", { stage: "dev", bukket: "x" }, /bukket/],
  ["a version with a v", { stage: "dev", version: "v1.0.0" }, /slipway:version.*found "v1\.0\.0"/],
  ["a version of a badly named product", { stage: "dev", version: { "Run time": "1.0.0" } }, /slipway:version/],
  ["no manifest", { stage: "dev", manifests: [] }, /slipway:manifests/],
  ["a manifest that is no list", { stage: "dev", manifests: "a.yaml" }, /slipway:manifests.*found "a\.yaml"/],
  [
    "a url that is no URL",
    { stage: "dev", url: "downloads" },
    /slipway:url: expected an http or https address, found "downloads"/,
  ],
  [
    "a url of another protocol",
    { stage: "dev", url: "ftp://x.example/" },
    /slipway:url: expected an http or https address/,
  ],
  ["phasing of more than all", { stage: "dev", phasing: { a1: 101 } }, /slipway:phasing\.a1: .*0 to 100, found 101/],
  ["phasing of less than none", { stage: "dev", phasing: { a1: -1 } }, /slipway:phasing\.a1/],
  ["phasing of half a percent", { stage: "dev", phasing: { a1: 0.5 } }, /slipway:phasing\.a1/],
  ["phasing that is no number", { stage: "dev", phasing: { a1: true } }, /slipway:phasing\.a1/],
  ["phasing of a blank", { stage: "dev", phasing: { a1: "" } }, /slipway:phasing\.a1/],
  ["phasing of no product", { stage: "dev", phasing: 10 }, /slipway:phasing/],
  ["nothing kept", { stage: "dev", keep: "0" }, /slipway:keep/],
  ["too much kept", { stage: "dev", keep: "1000" }, /slipway:keep/],
  ["half a version kept", { stage: "dev", keep: "1.5" }, /slipway:keep/],
  ["an upper-case archive", { stage: "dev", archive: "Runtime" }, /slipway:archive/],
  [
    "a misspelt setting",
    { stage: "dev", mainfests: ["x"] },
    /slipway:mainfests is not a setting.*\n.*slipway:manifests/,
  ],
  ["a control character in the origin", { stage: "dev", origin: "a\u0001b" }, /slipway:origin: expected one line/],
  ["two lines of label", { stage: "dev", label: "a\nOrigin: b" }, /slipway:label: expected one line/],
  ["an empty bucket", { stage: "dev", bucket: "" }, /slipway:bucket/],
  ["a publish time without a time", { stage: "dev", publishedAt: "2026-01-01" }, /slipway:publishedAt/],
  ["a key without a source", { stage: "dev", keys: { root: { public: "00".repeat(32) } } }, /slipway:keys\.root/],
  [
    "a key source of an unknown kind",
    { stage: "dev", keys: { root: { public: "00".repeat(32), source: { vault: "x" } } } },
    /slipway:keys\.root\.source: expected where the private half is/,
  ],
  [
    "a short public key",
    { stage: "dev", keys: { channel: { public: "00", source: { env: "K" } } } },
    /slipway:keys\.channel\.public: expected the public half: 32 bytes/,
  ],
];

for (const [name, raw, message] of bad) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => parseSettings(raw, file),
      (error) => error instanceof SlipwayError && error.code === "SLW-SETTINGS" && message.test(error.message),
    );
  });
}

test("nothing that was written under keys is shown", () => {
  const raw = { stage: "dev", keys: { root: { public: "hunter2", source: "hunter2" } } };
  assert.throws(
    () => parseSettings(raw, file),
    (error) => error instanceof SlipwayError && !error.message.includes("hunter2"),
  );
});

test("all mistakes of a stack's file are told at once", () => {
  assert.throws(
    () => parseSettings({ stage: "x", keep: 0, url: "y" }, file),
    (error) => error instanceof SlipwayError && error.mistakes.length === 3 && error.message.includes("3 mistakes"),
  );
});
