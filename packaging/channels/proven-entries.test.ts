import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { sha256 } from "../digest.ts";
import { expires, plannedMove, sampleContent, sampleSigner } from "./__fixtures__/bucket.ts";
import { mover, newBucket, other, trust } from "./__fixtures__/runtime-channels.ts";
import { readChain } from "./chain.ts";
import { entryText } from "./entry.ts";
import { channelPath, entryPath } from "./layout.ts";
import { metaOf, signedText } from "./metadata.ts";
import { moveChannel } from "./move.ts";
import { advanceTimestamp, createSnapshot } from "./publish.ts";
import { journal, readChannel, readEntries } from "./read.ts";
import { ensureTrust } from "./trust.ts";

type Bucket = Awaited<ReturnType<typeof newBucket>>;

/** What somebody whose machine never saw the bucket takes from the channels named `stable`. */
async function taken(t: TestContext, store: Bucket): Promise<string> {
  const cache = await mkdtemp(join(tmpdir(), "slipway-entries-"));
  t.after(() => rm(cache, { recursive: true }));
  const { entries, unproven } = await readEntries(store, "stable", cache);
  const offered = entries.map(({ product, current }) => `${product} ${current.version}`);
  return [...offered, ...unproven.map((product) => `not ${product}`)].join(", ");
}

async function moved(): Promise<Bucket> {
  const store = await newBucket();
  await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
  await moveChannel(store, await plannedMove(store, sampleContent("1.1.0", "1.0.0"), mover));
  return store;
}

const plantedPast = { lowered: 0, highest: "6.6.6" };

/** Puts what a writer of the bucket who has no key can make of a channel: an entry of its own, and the copy of it. */
async function plant(store: Bucket): Promise<void> {
  const { entry } = await readChannel(store, "runtime", "stable");
  assert.ok(entry);
  const planted = sampleContent("6.6.6", "6.6.5");
  const text = entryText({ ...entry, schema: 2, past: plantedPast, current: planted.current, kept: [...planted.kept] });
  store.objects.set(entryPath("runtime", "stable", sha256(text)), Buffer.from(text));
  store.objects.set(channelPath("runtime", "stable"), Buffer.from(text));
}

test("an entry that only unsigned objects tell of is named, and never taken", async (t) => {
  for (const lost of [["tuf/2.runtime-stable.json"], ["tuf/2.runtime-stable.json", "tuf/1.runtime-stable.json"]]) {
    const store = await moved();
    assert.equal(await taken(t, store), "runtime 1.1.0");
    await plant(store);
    assert.equal(await taken(t, store), "runtime 1.1.0", "the signed role names the entry by its digest");
    for (const path of lost) assert.ok(store.objects.delete(path));
    assert.equal((await readChannel(store, "runtime", "stable")).entry?.current.version, "6.6.6");
    assert.equal(await taken(t, store), "not runtime");
  }
});

test("a copy that has the digest that the signed role names is as good as the entry", async (t) => {
  const store = await moved();
  const text = store.objects.get(channelPath("runtime", "stable"))?.toString() ?? "";
  assert.ok(store.objects.delete(entryPath("runtime", "stable", sha256(text))));
  assert.equal(await taken(t, store), "runtime 1.1.0");
  store.objects.set(channelPath("runtime", "stable"), Buffer.from(text.replaceAll("1.1.0", "1.1.1")));
  assert.equal(await taken(t, store), "not runtime");
});

test("an altered role is not believed, whatever it names", async (t) => {
  const store = await moved();
  const role = store.objects.get("tuf/2.runtime-stable.json")?.toString() ?? "";
  const { entry } = await readChannel(store, "runtime", "stable");
  await plant(store);
  const forged = store.objects.get(channelPath("runtime", "stable"))?.toString() ?? "";
  const named = role.match(/"sha256": "([0-9a-f]{64})"/)?.[1] ?? "";
  assert.ok(entry && named.length > 0);
  store.objects.set("tuf/2.runtime-stable.json", Buffer.from(role.replace(named, sha256(forged))));
  assert.equal(await taken(t, store), "not runtime");
});

test("a role's file that another channel's key signed is not believed, though that key may sign the snapshot that names it", async (t) => {
  const store = await moved();
  const { entry } = await readChannel(store, "runtime", "stable");
  assert.ok(entry);
  const content = sampleContent("6.6.6");
  const text = entryText({ ...entry, past: plantedPast, serial: 3, after: 2, current: content.current, kept: [] });
  store.objects.set(entryPath("runtime", "stable", sha256(text)), Buffer.from(text));
  const { length, hashes } = metaOf(text, 3);
  const targets = { [channelPath("runtime", "stable")]: { length, hashes } };
  const file = signedText("targets", { targets }, { version: 3, expires }, [other]);
  store.objects.set("tuf/3.runtime-stable.json", Buffer.from(file));
  const chain = await readChain(store);
  const snapshot = await createSnapshot(
    store,
    chain,
    { "runtime-stable.json": metaOf(file, 3) },
    { signer: other, expires },
  );
  const [root] = chain.roots;
  assert.ok(snapshot && root);
  await advanceTimestamp(store, root, snapshot, { signer: other, expires });
  assert.equal((await readChannel(store, "runtime", "stable")).entry?.current.version, "6.6.6");
  assert.equal(await taken(t, store), "not runtime");
});

test("a move does not make a link of its chain of what nobody signed", async () => {
  const store = await moved();
  await plant(store);
  assert.ok(store.objects.delete("tuf/2.runtime-stable.json"));
  assert.equal((await readChannel(store, "runtime", "stable")).entry?.current.version, "6.6.6");
  await moveChannel(store, await plannedMove(store, sampleContent("1.1.0", "1.0.0"), mover));
  const versions = (await journal(store, "runtime", "stable")).map(({ current }) => current.version);
  assert.deepEqual(versions, ["1.1.0", "1.0.0"]);
});

test("after a rotation, what the keys before had put in force is offered until its stack signs it anew", async (t) => {
  const store = await moved();
  const next = sampleSigner(9);
  const movers = [
    { product: "runtime", channel: "stable", key: next.public },
    { product: "runtime", channel: "candidate", key: other.public },
  ];
  await ensureTrust(store, { ...trust, movers });
  assert.equal((await readChannel(store, "runtime", "stable")).intact, false);
  assert.equal(await taken(t, store), "runtime 1.1.0");
});

test("a channel that was never moved is not missed", async (t) => {
  assert.equal(await taken(t, await newBucket()), "");
});
