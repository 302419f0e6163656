import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Store } from "../store/store.ts";
import { memoryStore, plannedMove, sampleContent, sampleRecord, sampleSigner } from "./__fixtures__/bucket.ts";
import { mover, newBucket, other, trust } from "./__fixtures__/runtime-channels.ts";
import { readChain } from "./chain.ts";
import { moveChannel } from "./move.ts";
import { pinnedView } from "./pinned-view.ts";
import { readEntries } from "./read.ts";
import { ensureTrust, type Trust } from "./trust.ts";

type Bucket = Awaited<ReturnType<typeof newBucket>>;

const textOf = (store: Bucket, path: string) => store.objects.get(path)?.toString() ?? assert.fail(`no ${path}`);

/** What a machine that never saw the bucket takes from the channels named `stable`. */
async function taken(t: TestContext, store: Store): Promise<string> {
  const cache = await mkdtemp(join(tmpdir(), "slipway-pinned-"));
  t.after(() => rm(cache, { recursive: true }));
  const { entries, unproven } = await readEntries(store, "stable", cache);
  const offered = entries.map(({ product, current }) => `${product} ${current.version}`);
  return [...offered, ...unproven.map((product) => `not ${product}`)].join(", ");
}

/** A bucket in which channel stable serves 1.0.0, and the text of its root. */
async function served(): Promise<{ readonly store: Bucket; readonly root: string }> {
  const store = await newBucket();
  await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
  return { store, root: textOf(store, "tuf/1.root.json") };
}

/** What somebody without any key of the team makes: trust of their own, with a channel of a product of theirs. */
async function foreign(version: string): Promise<Bucket> {
  const [root, targets, moves] = [sampleSigner(21), sampleSigner(22), sampleSigner(23)];
  const store = memoryStore();
  const movers = [{ product: "evil", channel: "stable", key: moves.public }];
  const own: Trust = { ...trust, root, targets, movers };
  await ensureTrust(store, own);
  const content = { current: sampleRecord(version, "evil"), kept: [] };
  await moveChannel(store, await plannedMove(store, content, moves, { product: "evil" }));
  return store;
}

test("roots that follow from the pinned one are seen, those before it are not", async () => {
  const { store, root } = await served();
  const next = sampleSigner(9);
  const movers = [
    { product: "runtime", channel: "stable", key: next.public },
    { product: "runtime", channel: "candidate", key: other.public },
  ];
  await ensureTrust(store, { ...trust, movers });
  const second = textOf(store, "tuf/2.root.json");
  const roots = async (pinned: string) =>
    (await readChain(await pinnedView(store, pinned))).roots.map((it) => it.version);
  assert.deepEqual(await roots(root), [2, 1]);
  assert.deepEqual(await roots(second), [2]);
  store.objects.delete("tuf/2.root.json");
  assert.deepEqual(await roots(second), [2], "what is pinned is there also where the bucket lost it");
});

test("a root that somebody puts above those that follow is refused by name", async () => {
  const { store, root } = await served();
  const strange = { ...trust, root: sampleSigner(21), targets: sampleSigner(22), movers: [] };
  const evil = memoryStore();
  // A second root of theirs, so that its number is the next one.
  await ensureTrust(evil, strange);
  await ensureTrust(evil, { ...strange, movers: [{ product: "evil", channel: "stable", key: mover.public }] });
  store.objects.set("tuf/2.root.json", Buffer.from(textOf(evil, "tuf/2.root.json")));
  assert.equal((await readChain(store)).roots[0]?.version, 2, "it signs itself");
  await assert.rejects(pinnedView(store, root), {
    code: "SLW-CHANNEL",
    message: /^tuf\/2\.root\.json does not follow from root 1, which this stack trusts/,
  });
  store.objects.set("tuf/2.root.json", Buffer.from("{}"));
  assert.deepEqual((await readChain(await pinnedView(store, root))).roots.length, 1, "damage says nothing");
});

test("what is no root is not pinned", async () => {
  const { store, root } = await served();
  for (const text of ["", "{}", root.replace(/"sig": "../, '"sig": "00')]) {
    await assert.rejects(pinnedView(store, text), { code: "SLW-CHANNEL", message: /^slipway:root names a file/ });
  }
});

test("a root of another trust in place of an earlier one vouches for nothing", async (t) => {
  const { store, root } = await served();
  const evil = await foreign("6.6.6");
  const genuine = new Map(store.objects);
  // All that is the bucket's but the channel's own file is the stranger's.
  for (const [path, bytes] of evil.objects) store.objects.set(path, bytes);
  assert.equal(await taken(t, store), "evil 6.6.6", "a reader that believes the bucket believes whoever writes it");
  assert.equal(await taken(t, await pinnedView(store, root)), "");
  for (const [path, bytes] of genuine) store.objects.set(path, bytes);
  assert.equal(await taken(t, await pinnedView(store, root)), "runtime 1.0.0");
});
