import assert from "node:assert/strict";
import { copyFile, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { debianClient } from "./apt/debian-client.ts";
import { look } from "./channels/python-tuf.ts";
import { changesBetween, filesBelow } from "./engine/bucket-files.ts";
import { changedLines } from "./engine/diff-lines.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { servedStack } from "./engine/served-stack.ts";
import { succeeded } from "./engine/stack.ts";

const settings = { manifests: [manifestOf("alpha")], archive: "team" };
const builtLine = /, built in /;

test("1.0 → 1.1 → back to 1.0 → 1.1 → 1.2: what each diff says, and what apt and python-tuf see after it", async (t) => {
  const { checkout, stack, url, configure } = await servedStack(t);
  const inBucket = (path: string) => join(checkout.bucket, path);
  const timestamp = inBucket("tuf/timestamp.json");
  const root = join(checkout.scratch, "root.json");
  /** A TUF client that has followed the channel from its first release on. */
  const follower = () => look(url, root, join(checkout.scratch, "tuf-memory"), "channels/alpha/dev.json");
  const releases = () => filesBelow(inBucket("releases"));
  const suiteDate = async () =>
    Date.parse(/^Date: (.*)$/m.exec(await readFile(inBucket("dists/dev/InRelease"), "utf8"))?.[1] ?? "");

  await configure(settings);
  await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
  succeeded(await stack.up("--skip-preview"));
  await copyFile(inBucket("keys/tuf-root.json"), root);
  assert.deepEqual(await follower(), { found: "1.0.0 #1", root: 1 });
  const first = await debianClient(t, { release: "12", bucket: checkout.bucket, archive: "team" });
  await first.aptGet("update");
  await first.aptGet("install", "--yes", "alpha");
  assert.equal(await first.version("alpha"), "alpha 1.0.0");

  await t.test("1.1: the diff adds it, 1.0 stays installable", async () => {
    await writeProduct(checkout.folder, { id: "alpha", version: "1.1.0" });
    const lines = changedLines(succeeded(await stack.up("--diff")));
    includesAll(lines, [
      '~ serves: "1.0.0" => "1.1.0"',
      '+ [0]: "1.0.0"',
      "~ serial: 1 => 2",
      '~ why : "release 1.0.0" => "release 1.0.0 → 1.1.0"',
    ]);
    assert.deepEqual(packageLines(lines), [
      "+ alpha 1.1.0 amd64",
      "+ alpha 1.1.0 arm64",
      "+ alpha-bin 1.1.0 amd64",
      "+ alpha-bin 1.1.0 arm64",
    ]);
    assert.deepEqual(await follower(), { found: "1.1.0 #2", root: 1 });
    await first.aptGet("update");
    await first.aptGet("upgrade", "--yes");
    assert.equal(await first.version("alpha"), "alpha 1.1.0");
    assert.match(
      await first.aptGet("install", "--simulate", "--allow-downgrades", "alpha=1.0.0", "alpha-bin=1.0.0"),
      /DOWNGRADED/,
    );
  });

  const oldTimestamp = await readFile(timestamp);
  const payload = join(checkout.folder, "products", "alpha", "dist");

  await t.test("back to 1.0: nothing is built or written under releases/, channel and suite move on", async () => {
    await configure({ ...settings, version: "1.0.0" });
    await rm(join(checkout.folder, ".slipway", "cache"), { recursive: true });
    await rename(payload, `${payload}.away`);
    const [published, date] = [await releases(), await suiteDate()];

    const update = succeeded(await stack.up("--strict", "--diff"));
    const lines = changedLines(update);
    includesAll(lines, [
      '~ serves: "1.1.0" => "1.0.0"',
      '- [0]: "1.0.0"',
      "~ serial: 2 => 3",
      '~ why : "release 1.0.0 → 1.1.0" => "rollback 1.1.0 → 1.0.0: new machines install 1.0.0; machines that have 1.1.0 keep it, for no client goes back"',
    ]);
    assert.deepEqual(packageLines(lines), [
      "- alpha 1.1.0 amd64",
      "- alpha 1.1.0 arm64",
      "- alpha-bin 1.1.0 amd64",
      "- alpha-bin 1.1.0 arm64",
    ]);
    assert.doesNotMatch(update.text, builtLine);
    assert.deepEqual(changesBetween(published, await releases()), []);
    // What was read of records is noted there; nothing was fetched, and nothing built.
    const cached = [...(await filesBelow(join(checkout.folder, ".slipway", "cache"))).keys()];
    assert.deepEqual(
      cached.filter((path) => !/^(?:entries|members|offers|digests)\b/.test(path)),
      [],
    );
    assert((await suiteDate()) > date);
    assert.equal(Number(JSON.parse(await readFile(inBucket("channels/alpha/dev.json"), "utf8")).serial), 3);
    succeeded(await stack.preview("--expect-no-changes"));
  });

  await t.test("after it a new machine installs 1.0, and one that has 1.1 keeps it", async () => {
    const fresh = await debianClient(t, { release: "13", bucket: checkout.bucket, archive: "team" });
    await fresh.aptGet("update");
    assert.equal(await fresh.policy("alpha"), "(none) → 1.0.0");
    await fresh.aptGet("install", "--yes", "alpha");
    assert.equal(await fresh.version("alpha"), "alpha 1.0.0");
    await first.aptGet("update");
    assert.match(await first.aptGet("dist-upgrade", "--yes"), /^0 upgraded, 0 newly installed, 0 to remove/m);
    assert.equal(await first.policy("alpha"), "1.1.0 → 1.1.0");
    assert.equal(await first.version("alpha"), "alpha 1.1.0");
  });

  await t.test("python-tuf follows, refuses the timestamp of before, and goes on once it is gone", async () => {
    assert.deepEqual(await follower(), { found: "1.0.0 #3", root: 1 });
    const newest = await readFile(timestamp);
    await writeFile(timestamp, oldTimestamp);
    const replayed = await follower();
    assert.equal(replayed.refused, "BadVersionNumberError");
    assert.match(replayed.says ?? "", /New timestamp version \d+ must be >= \d+/);
    await writeFile(timestamp, newest);
    assert.deepEqual(await follower(), { found: "1.0.0 #3", root: 1 });
  });

  await t.test("forward to 1.1 again: the bytes of before, built anew and not written again", async () => {
    await configure(settings);
    await rename(`${payload}.away`, payload);
    const published = await releases();
    const update = succeeded(await stack.up("--diff"));
    includesAll(changedLines(update), ['~ serves: "1.0.0" => "1.1.0"', "~ serial: 3 => 4"]);
    assert.match(update.text, builtLine);
    assert.deepEqual(changesBetween(published, await releases()), []);
    assert.deepEqual(await follower(), { found: "1.1.0 #4", root: 1 });
  });

  await t.test("and a new 1.2, which everybody gets", async () => {
    await writeProduct(checkout.folder, { id: "alpha", version: "1.2.0" });
    const lines = changedLines(succeeded(await stack.up("--diff")));
    includesAll(lines, ['~ serves: "1.1.0" => "1.2.0"', "~ serial: 4 => 5"]);
    assert.deepEqual(await follower(), { found: "1.2.0 #5", root: 1 });
    await first.aptGet("update");
    await first.aptGet("upgrade", "--yes");
    assert.equal(await first.version("alpha"), "alpha 1.2.0");
  });
});

function includesAll(lines: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.filter((line) => !lines.includes(line));
  assert.deepEqual(missing, [], lines.join("\n"));
}

/** What the diff says of the suite's packages, without digests. */
function packageLines(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => /^([-+~] \S+ \S+ (?:amd64|arm64|all)) ?:/.exec(line)?.[1] ?? []).sort();
}
