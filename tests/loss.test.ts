import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { digestsOf, filesBelow } from "./engine/bucket-files.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { servedStack } from "./engine/served-stack.ts";
import { succeeded } from "./engine/stack.ts";

const settings = { manifests: [manifestOf("alpha")], archive: "team" };

/** Signed anew under another date, and what is made of them. */
const dated = /^(?:tuf\/timestamp\.json|dists\/dev\/(?:InRelease|Release|Release\.gpg))$/;

test("a bucket, or a part of it, is removed: a plain update brings it back under its numbers", async (t) => {
  const { checkout, stack, configure } = await servedStack(t);
  await configure(settings);
  for (const version of ["1.0.0", "1.1.0"]) {
    await writeProduct(checkout.folder, { id: "alpha", version, targets: ["linux-x86_64"] });
    succeeded(await stack.up("--skip-preview"));
  }
  const published = await filesBelow(checkout.bucket);
  const serial = async () => (await stack.outputs())["products"];
  const before = await serial();

  for (const part of ["", "tuf", "channels", "releases", "dists", "keys"]) {
    await t.test(part === "" ? "all of it" : part, async () => {
      await rm(join(checkout.bucket, part), { recursive: true });
      succeeded(await stack.up("--strict"));
      const after = await filesBelow(checkout.bucket);
      assert.deepEqual(undated(digestsOf(after)), undated(digestsOf(published)));
      assert.deepEqual(await serial(), before);
    });
  }
  succeeded(await stack.preview("--refresh", "--expect-no-changes"));
});

test("an older release that nothing can bring back: the update names it, once", async (t) => {
  const { checkout, stack, configure } = await servedStack(t);
  await configure({ ...settings, keep: 1 });
  for (const version of ["1.0.0", "1.1.0"]) {
    await writeProduct(checkout.folder, { id: "alpha", version, targets: ["linux-x86_64"] });
    succeeded(await stack.up("--skip-preview"));
  }
  const paths = [...(await filesBelow(checkout.bucket)).keys()];
  const old = dirname(paths.find((path) => /^releases\/alpha\/1\.0\.0\+[^/]+\/release\.json$/.test(path)) ?? "");
  await rm(join(checkout.bucket, old), { recursive: true });
  await rm(join(checkout.folder, ".slipway", "cache"), { recursive: true });
  const named = `${old}/: release.json`;
  const up = succeeded(await stack.up("--strict"));
  assert.ok(up.text.includes(named), up.text);
  assert.match(up.text, /Whoever built alpha 1\.0\.0\+[0-9a-f]{12} can restore it/);
  const again = succeeded(await stack.up("--refresh", "--skip-preview"));
  assert.equal(again.text.includes(named), false, again.text);
});

function undated(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, digest]) => [path, dated.test(path) ? "dated" : digest]));
}
