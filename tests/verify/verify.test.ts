import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serveFolder } from "../../packaging/cli/serve.ts";
import { run } from "../../packaging/process.ts";
import { directoryStore } from "../../packaging/store/directory.ts";
import { httpStore } from "../../packaging/store/http-store.ts";
import type { Pins } from "../../packaging/verify/trusted-root.ts";
import { type Verdict, type Verification, verifyBucket } from "../../packaging/verify/verify-bucket.ts";
import { repository } from "../engine/checkout.ts";
import { scratchFolder } from "../engine/scratch.ts";
import { newOwner, type Owner, publishBucket } from "./published-bucket.ts";
import { type TamperedBucket, tamperedBucket } from "./tampered-bucket.ts";
import { type Tampering, type Thief, tamperings } from "./tamperings.ts";

let owner: Owner;
let bucket: TamperedBucket;
let thief: Thief;
let root: string;
let address: string;

const ends: (() => Promise<void> | void)[] = [];
before(async () => {
  const scratch = await scratchFolder({
    after: (end) => void ends.push(end as () => Promise<void>),
    diagnostic: () => {},
  });
  const [folder, others] = [join(scratch, "bucket"), join(scratch, "others")];
  [owner, thief] = [await newOwner(20), { own: await newOwner(40) } as Thief];
  await publishBucket(folder, owner);
  await publishBucket(others, thief.own);
  bucket = await tamperedBucket(folder);
  thief = { own: thief.own, stolen: owner, bucket: await tamperedBucket(others) };
  root = await readFile(join(folder, "tuf", "1.root.json"), "utf8");
  const served = await serveFolder(folder, 0);
  address = served.url;
  ends.unshift(served.close);
});
after(async () => {
  for (const end of ends) await end();
});

/** The bucket by its address and in its folder. */
async function bothWays(
  pins: Pins,
  history = false,
): Promise<{ readonly url: Verification; readonly folder: Verification }> {
  const url = verifyBucket(httpStore(address), { ...pins, history, listed: false });
  const folder = verifyBucket(directoryStore(bucket.folder), { ...pins, history, listed: true });
  return { url: await url, folder: await folder };
}

for (const history of [false, true]) {
  test(`a published bucket is whole, whatever is pinned${history ? ", with its history" : ""}`, async () => {
    const pins: readonly Pins[] = [
      { root },
      { rootKey: owner.root.public.keyid },
      { archiveKey: owner.archive.public.fingerprint },
      { root, archiveKey: owner.archive.public.fingerprint },
      {},
    ];
    for (const pin of pins) {
      const { url, folder } = await bothWays(pin, history);
      assert.deepEqual([url.findings, folder.findings], [[], []]);
      assert.deepEqual(url, folder);
      assert.deepEqual(url.channels, [
        "alpha dev 1.1.0 (serial 2)",
        "alpha stable 1.0.0 (serial 1)",
        "beta dev 1.0.0 (serial 1)",
        "team-archive-keyring dev 1.0.0 (serial 1)",
        "team-archive-keyring stable 1.0.0 (serial 1)",
      ]);
      assert.deepEqual([url.suites, url.releases], [["dev", "stable"], 4]);
    }
  });
}

test("what was trusted is said, and that nothing was pinned", async () => {
  const { url } = await bothWays({});
  assert.equal(url.trust.filter((line) => line.includes("taken from the bucket itself")).length, 2);
  const pinned = await bothWays({ root });
  assert.deepEqual(pinned.folder.trust, [
    "channels: TUF root 1, which is pinned",
    `releases and suites: the OpenPGP keys of the archive's signed keyring: ${owner.archive.public.fingerprint}`,
  ]);
});

assert.ok(tamperings.length >= 30);
for (const tampering of tamperings) {
  test(`named: ${tampering.name}`, async () => {
    try {
      await tampering.act(bucket, thief);
      const { url, folder } = await bothWays({ root });
      assertNamed(folder, tampering);
      if (tampering.unnamed) assert.deepEqual(url.findings, []);
      else assertNamed(url, tampering);
    } finally {
      await bucket.restore();
    }
  });
}

function assertNamed({ findings }: Verification, { path, says }: Tampering): void {
  const wanted = path(bucket);
  const found = findings.filter((it) => it.path.startsWith(wanted) && it.kind === "damaged" && says.test(it.sentence));
  const all = findings.map((it) => `${it.kind} ${it.sentence}`).join("\n");
  assert.equal(found.length, 1, `expected damaged ${wanted} ${says}, found:\n${all}`);
  const [{ sentence, path: named, restoredBy }] = found as [Verdict];
  assert.ok(sentence.includes(named) && restoredBy.length > 10);
}

test("whoever signs all of it anew with keys of their own satisfies no pin", async () => {
  try {
    for (const path of bucket.paths) await bucket.remove(path);
    for (const path of thief.bucket.paths) await bucket.write(path, thief.bucket.read(path));
    const unpinned = await bothWays({});
    assert.deepEqual([unpinned.url.findings, unpinned.folder.findings], [[], []]);
    const pins: readonly (readonly [Pins, ...string[]])[] = [
      [{ root }, "tuf/1.root.json", "keys/tuf-root.json", "tuf/timestamp.json"],
      [{ rootKey: owner.root.public.keyid }, "keys/tuf-root.json"],
      [
        { archiveKey: owner.archive.public.fingerprint },
        "dists/dev/InRelease",
        "dists/stable/InRelease",
        "releases/alpha/1.1.0/release.json",
      ],
    ];
    for (const [pin, ...paths] of pins) {
      const { url, folder } = await bothWays(pin);
      for (const { findings } of [url, folder]) {
        const damage = findings.filter(({ kind }) => kind === "damaged").map(({ path }) => path);
        for (const path of paths) assert.ok(damage.includes(path), `${path} is not in ${damage.join(", ")}`);
      }
    }
  } finally {
    await bucket.restore();
  }
});

test("the command takes an address or a folder, says what is wrong, and exits with 4", async () => {
  const verify = (...args: readonly string[]) =>
    run({
      file: process.execPath,
      args: ["bootstrap/slipway.mjs", "verify", ...args],
      folder: repository,
      accept: [0, 1, 4],
    });
  const pin = join(bucket.folder, "..", "root.json");
  await writeFile(pin, root);
  const whole = await verify(address, "--root", pin);
  assert.deepEqual([whole.exitCode, whole.stdout.split("\n").at(-1)], [0, "5 channels, 2 suites, 4 releases: whole"]);
  try {
    await bucket.flip("releases/alpha/1.1.0/alpha_1.1.0_amd64.deb");
    const byKey = await verify(bucket.folder, "--key", owner.root.public.keyid);
    assert.equal(byKey.exitCode, 4);
    assert.match(
      byKey.stdout,
      /^damaged {2}releases\/alpha\/1\.1\.0\/alpha_1\.1\.0_amd64\.deb is altered\n {9}expected SHA-256 [0-9a-f]{64}\n {9}found SHA-256 [0-9a-f]{64}\n {9}the stack that published the release restores/,
    );
    const json = await verify(address, "--key", owner.archive.public.fingerprint, "--json");
    const { state, findings } = JSON.parse(json.stdout);
    assert.deepEqual(
      [state, findings.map(({ path }: Verdict) => path)],
      ["damaged", ["releases/alpha/1.1.0/alpha_1.1.0_amd64.deb"]],
    );
  } finally {
    await bucket.restore();
  }
  const nothing = await verify(`${address}elsewhere/`);
  assert.equal(nothing.exitCode, 1);
  assert.match(nothing.stderr, /is no bucket: tuf\/timestamp\.json is not there/);
});
