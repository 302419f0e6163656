import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { metaOf, signedText } from "../packaging/channels/metadata.ts";
import { ed25519Public, openEd25519 } from "../packaging/signing/ed25519.ts";
import { changesBetween, filesBelow } from "./engine/bucket-files.ts";
import { writeProduct } from "./engine/product.ts";
import { succeeded } from "./engine/stack.ts";
import { stagedProduct, stagedStacks } from "./engine/staged.ts";

test("what differs from what was published and decided is refused by name in a preview, and nothing is written", async (t) => {
  const staged = await stagedStacks(t);
  const { checkout, candidate, release, promote, decide } = staged;
  const inBucket = (path: string) => join(checkout.bucket, path);
  const publish = async (version: string) => {
    await writeProduct(checkout.folder, { id: stagedProduct, version });
    succeeded(await candidate.up("--skip-preview"));
  };
  await publish("1.0.0");
  const oldTimestamp = await readFile(inBucket("tuf/timestamp.json"));
  await decide("1.0.0");
  await promote("1.0.0");
  succeeded(await release.up("--skip-preview"));
  await publish("1.1.0");

  /** Previews a bucket in which `damage` was done; the bucket is put back, and must be as `damage` left it. */
  const refused = async (name: string, files: readonly string[], damage: () => Promise<void>, says: RegExp) =>
    t.test(name, async () => {
      const kept = await Promise.all(files.map(async (path) => [path, await readFile(inBucket(path))] as const));
      await damage();
      const before = await filesBelow(checkout.bucket);
      const { code, text } = await release.preview();
      assert.notEqual(code, 0, text);
      assert.match(text, says);
      assert.deepEqual(changesBetween(before, await filesBelow(checkout.bucket)), []);
      for (const [path, bytes] of kept) await writeFile(inBucket(path), bytes);
    });

  await promote("1.1.0");
  await t.test("no governance entry: by plain up just the same", async () => {
    const before = await filesBelow(checkout.bucket);
    for (const result of [await release.preview(), await release.up(), await release.up("--skip-preview")]) {
      assert.notEqual(result.code, 0, result.text);
      assert.match(result.text, /docs\/process\/governance-log\.md has no entry for alpha 1\.1\.0: .* \[SLW-GATE\]/);
    }
    assert.deepEqual(changesBetween(before, await filesBelow(checkout.bucket)), []);
  });
  await decide("1.1.0");

  const record = "releases/alpha/1.1.0/release.json";
  const flip = async (path: string) => {
    const bytes = await readFile(inBucket(path));
    const at = bytes.length >> 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(inBucket(path), bytes);
  };
  await refused(
    "a record with one flipped bit",
    [record],
    () => flip(record),
    /release\.json has the SHA-256 .*SLW-STORE-DAMAGED/,
  );
  const artifact = "releases/alpha/1.1.0/alpha_1.1.0_amd64.deb";
  await refused(
    "a missing artifact",
    [artifact],
    () => rm(inBucket(artifact)),
    /alpha_1\.1\.0_amd64\.deb is missing.*SLW-GATE/,
  );
  await refused(
    "an altered artifact",
    [artifact],
    () => flip(artifact),
    /alpha_1\.1\.0_amd64\.deb has SHA-256 .* instead of .*SLW-GATE/,
  );

  const settings = parse(await readFile(join(checkout.folder, "stacks/Pulumi.release.yaml"), "utf8"));
  const { "slipway:keys": keys } = settings.config;
  await t.test("sums signed by a role's key where another's is asked", async () => {
    await promote("1.1.0", { signer: keys.openpgp.public });
    const { code, text } = await release.preview();
    assert.notEqual(code, 0, text);
    assert.match(text, /SHA256SUMS .*SLW-GATE/s);
  });
  await t.test("a channel's key that is not the one of that channel", async () => {
    const other = parse(await readFile(join(checkout.folder, "stacks/Pulumi.candidate.yaml"), "utf8"));
    await promote("1.1.0", { keys: { ...keys, channel: other.config["slipway:keys"].channel } });
    const { code, text } = await release.preview();
    assert.notEqual(code, 0, text);
    assert.match(text, /channel stable of alpha is not delegated to the key .*SLW-CHANNEL/);
  });
  await promote("1.1.0");

  const timestamp = "tuf/timestamp.json";
  const roles = "tuf/2.alpha-candidate.json";
  const named = JSON.parse(await readFile(inBucket(timestamp), "utf8")).signed.meta["snapshot.json"].version;
  const snapshot = `tuf/${named}.snapshot.json`;
  await refused(
    "replayed metadata, on a machine that never saw the newer",
    [timestamp],
    async () => {
      await rm(join(checkout.folder, ".slipway", "cache", "tuf"), { recursive: true });
      await writeFile(inBucket(timestamp), oldTimestamp);
    },
    /tuf\/timestamp\.json names snapshot \d+, but this stack saw \d+.*SLW-CHANNEL/,
  );
  await refused(
    "mixed metadata",
    [snapshot],
    async () => {
      await writeFile(inBucket(snapshot), await readFile(inBucket(`tuf/${named - 1}.snapshot.json`)));
    },
    /snapshot\.json .*SLW-CHANNEL/,
  );
  await refused(
    "missing metadata",
    [roles],
    () => rm(inBucket(roles)),
    /tuf\/2\.alpha-candidate\.json is missing.*SLW-CHANNEL/,
  );
  await refused(
    "expired metadata",
    [timestamp],
    async () => {
      // A client that has a timestamp of this number keeps the one that it has.
      await rm(join(checkout.folder, ".slipway", "cache", "tuf"), { recursive: true });
      const text = await readFile(inBucket(snapshot), "utf8");
      const meta = { "snapshot.json": metaOf(text, named) };
      const expired = { version: named, expires: "2026-01-01T00:00:00Z" };
      await writeFile(inBucket(timestamp), signedText("timestamp", { meta }, expired, [await stableSigner()]));
    },
    /its signed metadata is expired: .*timestamp.*SLW-CHANNEL/,
  );
  await refused(
    "metadata by an unknown key",
    [timestamp],
    async () => {
      const bytes = JSON.parse(await readFile(inBucket(timestamp), "utf8"));
      bytes.signatures[0].sig = "0".repeat(128);
      await writeFile(inBucket(timestamp), JSON.stringify(bytes));
    },
    /tuf\/timestamp\.json is not signed by the keys that this root trusts.*SLW-CHANNEL/,
  );

  await t.test("and with everything as it was, the promotion goes on", async () => {
    succeeded(await release.up("--strict"));
  });

  async function stableSigner() {
    return openEd25519(ed25519Public(keys.channel.public), {
      kind: "file",
      path: join(checkout.folder, keys.channel.source.file),
    });
  }
});
