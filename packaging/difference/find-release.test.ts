import assert from "node:assert/strict";
import { test } from "node:test";
import { expires, memoryStore, now, plannedMove, sampleSigner } from "../channels/__fixtures__/bucket.ts";
import type { ChannelRecord } from "../channels/entry.ts";
import { moveChannel } from "../channels/move.ts";
import { ensureTrust } from "../channels/trust.ts";
import { sha256 } from "../digest.ts";
import type { Store } from "../store/store.ts";
import { findReleases } from "./find-release.ts";

const [root, targets, mover] = [1, 2, 3].map(sampleSigner) as [Signer, Signer, Signer];
type Signer = ReturnType<typeof sampleSigner>;

const [first, second] = ["1.1.0+000000000001", "1.1.0+000000000002"] as const;

/** runtime 1.0.0 and twice 1.1.0, agent 2.0.0, a keyring; `stable` of runtime is moved by the tests. */
async function bucket(products: readonly string[] = ["runtime", "agent"]): Promise<Store> {
  const store = memoryStore();
  const movers = ["stable", "dev"].map((channel) => ({ product: "runtime", channel, key: mover.public }));
  await ensureTrust(store, { root, targets, movers, expires, now });
  const all = [
    "runtime/1.0.0",
    `runtime/${first}`,
    `runtime/${second}`,
    "agent/2.0.0",
    "runtime-archive-keyring/1.0.0",
  ];
  for (const folder of all.filter((it) => it.includes("keyring") || products.includes(it.split("/", 1)[0] ?? ""))) {
    await store.create(`releases/${folder}/release.json`, Buffer.from(folder));
    await store.create(`releases/${folder}/inventory/x.json`, Buffer.from(folder));
  }
  return store;
}

function record(folder: string): ChannelRecord {
  const path = `releases/runtime/${folder}/release.json`;
  return { version: folder.split("+", 1)[0] ?? "", folder, record: { path, size: 1, sha256: sha256(folder) } };
}

async function move(store: Store, channel: string, folder: string): Promise<void> {
  const content = { current: record(folder), kept: [] };
  await moveChannel(store, await plannedMove(store, content, mover, { product: "runtime", channel }));
}

test("a version, a folder and a channel are found; a product may be named once, or not at all", async () => {
  const store = await bucket();
  await move(store, "stable", first);
  const found = (folder: string) => ({ product: "runtime", folder });
  assert.deepEqual(await findReleases(store, "runtime@1.0.0", `runtime@${second}`), [found("1.0.0"), found(second)]);
  assert.deepEqual(await findReleases(store, "1.0.0", `runtime@${first}`), [found("1.0.0"), found(first)]);
  assert.deepEqual((await findReleases(store, "runtime@stable", "1.0.0"))[0], {
    ...found(first),
    record: sha256(first),
  });
  const alone = await bucket(["runtime"]);
  assert.deepEqual(await findReleases(alone, "1.0.0", first), [found("1.0.0"), found(first)]);
});

test("of a version's folders the one that the channel went to last is meant", async () => {
  const store = await bucket();
  await move(store, "stable", second);
  await move(store, "stable", first);
  await move(store, "stable", "1.0.0");
  const [, found] = await findReleases(store, "runtime@1.0.0", "1.1.0");
  assert.deepEqual(found, { product: "runtime", folder: first, record: sha256(first) });
  await move(store, "dev", second);
  await assert.rejects(findReleases(store, "runtime@1.0.0", "1.1.0"), {
    code: "SLW-VERSION",
    message: /runtime 1\.1\.0 more than once.*\n +Name the folder: 1\.1\.0\+000000000001, 1\.1\.0\+000000000002/,
  });
});

const refused: readonly (readonly [string, string, string, RegExp])[] = [
  ["a product left out where there are two", "1.0.0", "1.0.0", /several products: agent, runtime\..*\n.*agent@1\.4\.0/],
  ["a product that was never published", "other@1.0.0", "1.0.0", /no release of "other"/],
  ["a version that was never published", "runtime@9.0.0", "1.0.0", /no runtime 9\.0\.0.*\n +It has 1\.0\.0, 1\.1\.0\+/],
  ["a folder that was never published", "runtime@1.1.0+00000000000f", "1.0.0", /no runtime 1\.1\.0\+00000000000f/],
  ["a channel that was never moved", "runtime@stable", "1.0.0", /runtime has no channel stable/],
  ["what is no version", "runtime@latest-one", "1.0.0", /expected a version such as 1\.4\.0/],
  ["what leaves the bucket", "../x@1.0.0", "1.0.0", /no release of "\.\.\/x"/],
];

for (const [what, from, to, reason] of refused) {
  test(`refused: ${what}`, async () => {
    await assert.rejects(findReleases(await bucket(), from, to), reason);
  });
}

test("an empty bucket is told as one", async () => {
  await assert.rejects(findReleases(memoryStore(), "1.0.0", "1.1.0"), /The bucket has no release\./);
});
