import assert from "node:assert/strict";
import { copyFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../packaging/process.ts";
import { isolatedApt } from "./apt/apt-root.ts";
import { debianClient } from "./apt/debian-client.ts";
import { look } from "./channels/python-tuf.ts";
import { changesBetween, digestsOf, filesBelow } from "./engine/bucket-files.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { servedStack } from "./engine/served-stack.ts";
import { succeeded } from "./engine/stack.ts";
import { machineTool } from "./tools.ts";

const keyring = "team-archive-keyring";
const settings = { manifests: [manifestOf("alpha")], archive: "team" };

test("what a bucket gives back when indices, sources, caches, the state and the stack are gone", async (t) => {
  const { checkout, stack, url, configure } = await servedStack(t);
  const inBucket = (path: string) => join(checkout.bucket, path);
  const bucket = () => filesBelow(checkout.bucket);
  const text = (path: string) => readFile(inBucket(path), "utf8");
  const here = (...path: readonly string[]) => join(checkout.folder, ...path);
  const remove = (path: string) => rm(path, { recursive: true });

  await configure(settings);
  for (const version of ["1.0.0", "1.1.0"]) {
    await writeProduct(checkout.folder, { id: "alpha", version });
    succeeded(await stack.up("--skip-preview"));
  }
  const published = await bucket();
  const oldRoot = join(checkout.scratch, "root.json");
  const oldMemory = join(checkout.scratch, "tuf-memory");
  const follow = (root: string, memory: string) => look(url, root, memory, "channels/alpha/dev.json");
  await copyFile(inBucket("keys/tuf-root.json"), oldRoot);
  assert.deepEqual(await follow(oldRoot, oldMemory), { found: "1.1.0 #2", root: 1 });
  const oldMachine = await isolatedApt({
    sourcesText: await text("dists/team-dev.sources"),
    keyring: await readFile(inBucket(`keys/${keyring}.gpg`)),
  });
  t.after(() => oldMachine.remove());

  // From here on there is nothing to build from.
  await remove(here("products"));
  const fromTheBucket = { ...settings, version: { alpha: "1.1.0" } };

  await t.test("every index comes back byte for byte under the removed one's time", async () => {
    const date = /^Date: (.*)$/m.exec(await text("dists/dev/InRelease"))?.[1] ?? "";
    const publishedAt = new Date(date).toISOString().replace(".000Z", "Z");
    const before = digestsOf(published, "dists/");
    const inForce = indicesInForce(before, await text("dists/dev/InRelease"));
    await configure({ ...fromTheBucket, publishedAt });
    for (const again of [[], ["--refresh"]]) {
      await remove(inBucket("dists"));
      await rm(here(".slipway", "cache"), { recursive: true, force: true });
      succeeded(await stack.up(...again));
      const after = digestsOf(await bucket(), "dists/");
      // Names by hash of the generation before may come back as well, and nothing that was not there.
      assert.deepEqual({ ...after, ...inForce }, after);
      assert.deepEqual({ ...before, ...after }, before);
    }
    const others = changesBetween(published, await bucket()).filter((line) => !line.includes(" dists/"));
    assert.deepEqual(others, []);
    assert.equal((await oldMachine.run("apt-get", "update")).stderr, "");
  });

  await t.test("with the state lost, up adopts what the channel names and says who is shut out", async () => {
    const before = await bucket();
    const oldKey = (await stack.outputs())["archiveKey"] as string;
    await remove(here(".slipway", "state"));
    await remove(here("stacks", "Pulumi.dev.yaml"));
    await configure(fromTheBucket);
    const update = succeeded(await stack.up());

    const newKey = (await stack.outputs())["archiveKey"] as string;
    assert.notEqual(newKey, oldKey);
    const after = await bucket();
    const changes = changesBetween(before, after);
    const underReleases = changes.filter((line) => line.includes(" releases/"));
    assert.deepEqual(
      underReleases.filter((line) => !line.startsWith("added ")),
      [],
    );
    const signed = ["SHA256SUMS", "manifest.json", "metadata.json", "release.json"];
    assert.deepEqual(
      underReleases
        .filter((line) => line.includes(" releases/alpha/"))
        .map((line) => line.replace(/\+[0-9a-f]{12}/, "")),
      ["1.0.0", "1.1.0"].flatMap((version) =>
        signed.map((name) => `added releases/alpha/${version}/${name}.sig/${newKey}`),
      ),
    );

    const [rootKey, ...others] = JSON.parse(await text("tuf/2.root.json")).signatures.map(
      ({ keyid }: { readonly keyid: string }) => keyid,
    );
    assert.deepEqual(others, []);
    assert.notEqual(rootKey, JSON.parse(await text("tuf/1.root.json")).signatures[0].keyid);
    assert.match(update.text, /warning: this stack has no keys yet, .* starts a new trust after root 1\./);
    assert.match(update.text, new RegExp(`warning: the root after 1 starts a new trust: .* ${rootKey}, `));
    assert.match(update.text, new RegExp(`warning: the archive is signed by a new key, ${newKey}: `));
    const quiet = succeeded(await stack.preview("--expect-no-changes"));
    assert.doesNotMatch(quiet.text, /warning:/);

    const sums = [...after.keys()].find((path) => /^releases\/alpha\/1\.1\.0\+[^/]*\/SHA256SUMS$/.test(path)) ?? "";
    const ring = inBucket(`keys/${keyring}.gpg`);
    for (const key of [oldKey, newKey]) {
      const args = ["--keyring", ring, inBucket(`${sums}.sig/${key}`), inBucket(sums)];
      assert.equal((await run({ file: machineTool("sqv", "sqv"), args })).stdout, key);
    }
  });

  await t.test("clients of the old trust refuse the new one, and new ones start there", async () => {
    assert.equal((await follow(oldRoot, oldMemory)).refused, "UnsignedMetadataError");
    const { found, root } = await follow(inBucket("keys/tuf-root.json"), join(checkout.scratch, "new-tuf-memory"));
    assert.match(found ?? "", /^1\.1\.0 #/);
    assert.equal(root, 2);
    const refused = await oldMachine.run("apt-get", "update", "--error-on=any");
    assert.notEqual(refused.exitCode, 0, refused.stdout);
    assert.match(refused.stderr, /NO_PUBKEY|is not signed|Missing key/);
  });

  await t.test("destroy leaves the bucket as it is, and every release installs", async () => {
    const before = await bucket();
    succeeded(await stack.destroy());
    assert.deepEqual(changesBetween(before, await bucket()), []);
    const machine = await debianClient(t, { release: "13", bucket: checkout.bucket, archive: "team" });
    await machine.aptGet("update");
    await machine.aptGet("install", "--yes", "alpha=1.0.0", "alpha-bin=1.0.0");
    assert.equal(await machine.version("alpha"), "alpha 1.0.0");
    await machine.aptGet("upgrade", "--yes");
    assert.equal(await machine.version("alpha"), "alpha 1.1.0");
    await machine.aptGet("install", "--yes", keyring);
    assert.equal(await machine.policy(keyring), "2.0.0 → 2.0.0");
    const installed = await readFile(join(machine.folder, "usr/share/keyrings", `${keyring}.gpg`));
    assert.deepEqual(installed, await readFile(inBucket(`keys/${keyring}.gpg`)));
  });
});

/** Without the by-hash names of indices that InRelease does not list: those were for clients that were in the middle. */
function indicesInForce(files: Readonly<Record<string, string>>, inRelease: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).filter(([path, digest]) => !path.includes("/by-hash/") || inRelease.includes(digest)),
  );
}
