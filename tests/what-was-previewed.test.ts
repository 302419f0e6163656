import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { changesBetween, filesBelow } from "./engine/bucket-files.ts";
import { type Checkout, makeCheckout } from "./engine/checkout.ts";
import type { Result } from "./engine/command.ts";
import { assertRefused } from "./engine/diagnostics.ts";
import { manifestOf, payloadFile, writeProduct } from "./engine/product.ts";
import { devStack, succeeded } from "./engine/stack.ts";
import { tinyElf } from "./fixtures/tiny-elf.ts";

const otherThanPreviewed =
  /^this update would publish other bytes than its preview showed: .*alpha-bin_1\.0\.0_arm64\.deb.* changed in between; nothing was written {2}\[SLW-PREVIEW-DIFFERS\]$/;

test("what was previewed is what happens: a change in between is refused and nothing is written", async (t) => {
  const checkout = await makeCheckout(t);
  const stack = devStack(checkout);
  const configuration = join(checkout.folder, "products", "alpha", "config", "alpha.conf");
  const manifest = join(checkout.folder, manifestOf("alpha"));
  const plan = join(checkout.scratch, "plan.json");
  await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
  await stack.configure({ manifests: [manifestOf("alpha")], archive: "alpha" });
  succeeded(await stack.up("--skip-preview"));
  const published = await filesBelow(checkout.bucket);
  const nothingWritten = async () =>
    assert.deepEqual(changesBetween(published, await filesBelow(checkout.bucket)), [], "the bucket was written to");

  await t.test("after preview --save-plan and before up --plan", async () => {
    await writeFile(configuration, "level = 2\n");
    succeeded(await stack.preview("--save-plan", plan));
    await writeFile(configuration, "level = 3\n");
    const refused = await stack.up("--plan", plan);
    assertRefused(
      refused,
      /Release::alpha violates plan: properties changed: ~~contents\[\{[0-9a-f]{64}\}!=\{[0-9a-f]{64}\}\]$/,
    );
    await nothingWritten();
  });

  await t.test("between the preview of up --strict and its update", async () => {
    const program = payloadFile(checkout.folder, "alpha", "linux-aarch64");
    const before = await readFile(program);
    const change = () => writeFileSync(program, tinyElf("aarch64", "changed after the preview\n"));
    assertRefused(await upWithChange(checkout, change, "--strict"), otherThanPreviewed);
    await nothingWritten();
    await writeFile(program, before);
  });

  await t.test("between the preview of a plain up and its update", async () => {
    const before = await readFile(manifest, "utf8");
    const change = () =>
      writeFileSync(manifest, readFileSync(manifest, "utf8").replace("example daemon", "other daemon"));
    assertRefused(await upWithChange(checkout, change), otherThanPreviewed);
    await nothingWritten();
    await writeFile(manifest, before);
  });

  await t.test("the plan that was reviewed goes through once its inputs are back", async () => {
    await writeFile(configuration, "level = 2\n");
    succeeded(await stack.up("--plan", plan));
    const changes = changesBetween(published, await filesBelow(checkout.bucket));
    assert.ok(changes.some((line) => /^added releases\/alpha\/1\.0\.0\+[0-9a-f]{12}\/release\.json$/.test(line)));
    assert.deepEqual(
      changes.filter((line) => /^(?:changed|rewritten|removed) releases\//.test(line)),
      [],
    );
  });
});

/** Runs `pulumi up` and makes the change when its preview has ended, before its update starts the program again. */
async function upWithChange(checkout: Checkout, change: () => void, ...args: string[]): Promise<Result> {
  let changed = false;
  const onText = (text: string) => {
    if (changed || !/^Resources:$/m.test(text)) return;
    changed = true;
    change();
  };
  const result = await devStack(checkout, { onText }).up(...args);
  assert.ok(changed, `the preview did not end:\n${result.text}`);
  assert.match(result.text, /^Updating \(dev\):$/m);
  return result;
}
