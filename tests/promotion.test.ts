import assert from "node:assert/strict";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { debianClient } from "./apt/debian-client.ts";
import { changesBetween, filesBelow } from "./engine/bucket-files.ts";
import { commitAll, git } from "./engine/checkout.ts";
import { changedLines, previewText } from "./engine/diff-lines.ts";
import { writeProduct } from "./engine/product.ts";
import { succeeded } from "./engine/stack.ts";
import { archive, stagedProduct, stagedStacks } from "./engine/staged.ts";

/** What a build says of each artifact that it made. */
const builtLine = /, built in /;

test("a candidate is promoted, promoted again, taken back and overtaken: apt clients do what previews say", async (t) => {
  const staged = await stagedStacks(t);
  const { checkout, candidate, release, promote, decide } = staged;
  const inBucket = (path: string) => join(checkout.bucket, path);
  const publish = async (version: string, level: number) => {
    const configuration = `# Settings of ${stagedProduct}\nlevel = ${level}\n`;
    await writeProduct(checkout.folder, { id: stagedProduct, version, configuration });
    succeeded(await candidate.up("--skip-preview"));
    await decide(version);
  };
  const releases = async () => new Map([...(await filesBelow(inBucket("releases")))]);
  const client = (of: "12" | "13") =>
    debianClient(t, { release: of, bucket: checkout.bucket, archive, suite: "stable" });
  /** Promotes with no source, payload or cache at hand: nothing is built, and nothing of releases/ changes. */
  const point = async (version: string) => {
    await promote(version);
    const products = join(checkout.folder, "products");
    await rename(products, `${products}.away`);
    const before = await releases();
    const update = succeeded(await release.up("--strict", "--diff"));
    const comment = await readFile(join(checkout.folder, ".slipway/previews/release.md"), "utf8");
    succeeded(await release.preview("--expect-no-changes"));
    await rename(`${products}.away`, products);
    assert.doesNotMatch(update.text, builtLine);
    assert.deepEqual(changesBetween(before, await releases()), []);
    return { update, preview: previewText(update), comment };
  };

  await publish("1.0.0", 1);
  await t.test("1.0 is promoted, and installed from the stable suite alone", async () => {
    await point("1.0.0");
    const entry = JSON.parse(await readFile(inBucket("channels/alpha/stable.json"), "utf8"));
    assert.deepEqual([entry.serial, entry.current.version], [1, "1.0.0"]);
  });
  const early = await client("12");
  await early.aptGet("update");
  await early.aptGet("install", "--yes", "alpha");
  assert.equal(await early.version("alpha"), "alpha 1.0.0");

  await publish("1.1.0", 2);
  await t.test("1.1 on candidate is nothing to users of stable", async () => {
    succeeded(await release.preview("--expect-no-changes"));
    await early.aptGet("update");
    assert.equal(await early.policy("alpha"), "1.0.0 → 1.0.0");
  });

  await t.test("the promotion of 1.1 reads as release notes; who has 1.0 upgrades", async () => {
    const { update, preview, comment } = await point("1.1.0");
    for (const text of [preview, comment]) {
      assert.match(text, /alpha 1\.0\.0 → 1\.1\.0/);
      assert.match(text, /etc\/alpha\/alpha\.conf .*0644 root:root.*\n +level = 1 → level = 2\n/);
      assert.match(text, /machines that have 1\.0\.0 upgrade to 1\.1\.0 with their next apt upgrade/);
    }
    // Without what is folded it fits on a screen.
    const shown = comment.slice(0, comment.indexOf("<details>"));
    assert.ok(shown.split("\n").length <= 40, shown);
    const lines = changedLines(update);
    for (const line of ['~ serves: "1.0.0" => "1.1.0"', "~ serial: 1 => 2"]) assert.ok(lines.includes(line), line);
    await early.aptGet("update");
    assert.equal(await early.policy("alpha"), "1.0.0 → 1.1.0");
    await early.aptGet("upgrade", "--yes");
    assert.equal(await early.version("alpha"), "alpha 1.1.0");
  });

  await t.test("back to 1.0 by its version: new machines get it, others keep 1.1", async () => {
    const { preview } = await point("1.0.0");
    assert.match(preview, /new installs get 1\.0\.0; machines that have 1\.1\.0 keep it/);
    await early.aptGet("update");
    assert.match(await early.aptGet("upgrade", "--yes"), /^0 upgraded, 0 newly installed, 0 to remove/m);
    const fresh = await client("13");
    await fresh.aptGet("update");
    assert.equal(await fresh.policy("alpha"), "(none) → 1.0.0");
    await fresh.aptGet("install", "--yes", "alpha");
    assert.equal(await fresh.version("alpha"), "alpha 1.0.0");
  });

  const served = async () => {
    const entry = JSON.parse(await readFile(inBucket("channels/alpha/stable.json"), "utf8"));
    return `${entry.current.version} at ${entry.serial}`;
  };
  const file = join("stacks", "Pulumi.release.yaml");
  await commitAll(checkout.folder, "stable serves alpha 1.0.0");
  await promote("1.1.0");
  await commitAll(checkout.folder, "stable serves alpha 1.1.0");
  succeeded(await release.up("--strict"));
  assert.equal(await served(), "1.1.0 at 4");

  await t.test("back to 1.0 by reverting the commit of the stack's file", async () => {
    await git(checkout.folder, "revert", "--no-edit", "HEAD");
    succeeded(await release.up("--strict"));
    assert.equal(await served(), "1.0.0 at 5");
    const fresh = await client("13");
    await fresh.aptGet("update");
    assert.equal(await fresh.policy("alpha"), "(none) → 1.0.0");
  });

  await git(checkout.folder, "revert", "--no-edit", "HEAD");
  succeeded(await release.up("--strict"));
  await t.test("back to 1.0 by slipway rollback, which leaves the file changed and a commit to make", async () => {
    const before = await releases();
    const { text } = succeeded(await release.npm("run", "slipway", "--", "rollback", "--stack", "release", "--yes"));
    assert.match(text, /new installs get 1\.0\.0; machines that have 1\.1\.0 keep it \(apt never downgrades\)/);
    assert.match(text, /git commit -m /);
    assert.equal(await served(), "1.0.0 at 7");
    assert.match(await git(checkout.folder, "diff", file), /^-.*version: .*1\.1\.0.*\n\+.*version: .*1\.0\.0/m);
    assert.deepEqual(changesBetween(before, await releases()), []);
    await early.aptGet("update");
    assert.equal(await early.policy("alpha"), "1.1.0 → 1.1.0");
  });

  await t.test("slipway history tells what was live when, and by which key", async () => {
    const { stdout } = succeeded(
      await release.npm(
        "run",
        "--silent",
        "slipway",
        "--",
        "history",
        "stable",
        "--product",
        "alpha",
        "--json",
        "--bucket",
        checkout.bucket,
      ),
    );
    const [{ moves }] = JSON.parse(stdout).channels;
    assert.deepEqual(
      moves.map((it: { version: string; serial: number }) => `${it.version} at ${it.serial}`),
      ["1.0.0 at 7", "1.1.0 at 6", "1.0.0 at 5", "1.1.0 at 4", "1.0.0 at 3", "1.1.0 at 2", "1.0.0 at 1"],
    );
  });

  await t.test("1.2 goes to everybody", async () => {
    await publish("1.2.0", 3);
    await point("1.2.0");
    await early.aptGet("update");
    await early.aptGet("upgrade", "--yes");
    assert.equal(await early.version("alpha"), "alpha 1.2.0");
    const entry = JSON.parse(await readFile(inBucket("channels/alpha/stable.json"), "utf8"));
    assert.deepEqual([entry.serial, entry.current.version], [8, "1.2.0"]);
  });
});
