import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { changesBetween, filesBelow } from "./engine/bucket-files.ts";
import { makeCheckout } from "./engine/checkout.ts";
import { assertRefused } from "./engine/diagnostics.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { devStack, succeeded } from "./engine/stack.ts";

const settings = { manifests: [manifestOf("alpha")], archive: "alpha" };

test("bad input stops a preview in one sentence with its place, and nothing is written", async (t) => {
  const checkout = await makeCheckout(t);
  const stack = devStack(checkout);
  await stack.configure(settings);
  for (const version of ["1.0.0", "1.1.0"]) {
    await writeProduct(checkout.folder, { id: "alpha", version, targets: ["linux-x86_64"] });
    succeeded(await stack.up("--skip-preview"));
  }
  const bucket = () => filesBelow(checkout.bucket);
  const cache = join(checkout.folder, ".slipway", "cache");
  const paths = [...(await bucket()).keys()];
  const record = paths.find((path) => /^releases\/alpha\/1\.0\.0\+\w+\/release\.json$/.test(path)) ?? "";
  assert.notEqual(record, "");

  /** A preview refuses, and leaves the bucket as it is. */
  const refusedBy = async (sentence: RegExp) => {
    const before = await bucket();
    assertRefused(await stack.preview(), sentence);
    assert.deepEqual(changesBetween(before, await bucket()), []);
  };
  const damage = async (file: string, change: (text: string) => string, sentence: RegExp) => {
    const before = await readFile(file, "utf8");
    await writeFile(file, change(before));
    await refusedBy(sentence);
    await writeFile(file, before);
  };

  await t.test("a setting", async () => {
    await stack.configure({ ...settings, keep: 0 });
    await refusedBy(
      /^stacks\/Pulumi\.dev\.yaml:\d+:17 {2}slipway:keep: expected a whole number of versions from 1 to 100, found "0" {2}\[SLW-SETTINGS\]$/,
    );
    await stack.configure(settings);
  });

  await t.test("a setting of another stage", async () => {
    await stack.configure({ ...settings, root: "keys/tuf-root.json" });
    await refusedBy(
      /^stacks\/Pulumi\.dev\.yaml:\d+:17 {2}slipway:root is no setting of a stack of stage dev {2}\[SLW-SETTINGS\]$/,
    );
    await stack.configure(settings);
  });

  await t.test("a version that was never published", async () => {
    await stack.configure({ ...settings, version: "6.6.6" });
    await refusedBy(
      /^stacks\/Pulumi\.dev\.yaml:\d+:3 {2}slipway:version asks for alpha 6\.6\.6, which channel dev never had {2}\[SLW-VERSION\]$/,
    );
    await stack.configure(settings);
  });

  await t.test("a manifest", async () => {
    const manifest = join(checkout.folder, manifestOf("alpha"));
    await damage(
      manifest,
      (text) => text.replace(/^version: .*$/m, "version: 1.2"),
      /^products\/alpha\/manifest\.yaml:\d+:10 {2}version: expected a semantic version .*, found 1\.2 {2}\[SLW-MANIFEST\]$/,
    );
  });

  await t.test("a channel's entry", async () => {
    await damage(
      join(checkout.bucket, "channels", "alpha", "dev.json"),
      (text) => text.replace(/"schema": \d+/, '"schema": 3'),
      /^channels\/alpha\/dev\.json was written by a newer Slipway \(channel entry schema 3, this one knows 2\): .*\[SLW-STATE-NEWER\]$/,
    );
  });

  await t.test("a record", async () => {
    await rm(cache, { recursive: true });
    await damage(
      join(checkout.bucket, record),
      (text) => text.replace('"name": "alpha', '"name": "../alpha'),
      /^releases\/alpha\/1\.0\.0\+\w+\/release\.json is altered \(SHA-256 \w{64}\), .*\[SLW-STORE-DAMAGED\]$/,
    );
  });

  succeeded(await stack.preview("--expect-no-changes"));
});
