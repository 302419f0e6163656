import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { directoryStore } from "../store/directory.ts";
import type { Store } from "../store/store.ts";
import { dyingStore, type memoryStore, plannedMove, sampleContent, sampleSigner } from "./__fixtures__/bucket.ts";
import { countingStore } from "./__fixtures__/counting-store.ts";
import { mover, newBucket, other, seenByClient, trust } from "./__fixtures__/runtime-channels.ts";
import { type Chain, readChain } from "./chain.ts";
import { moveChannel } from "./move.ts";
import { readChannel } from "./read.ts";
import { ensureTrust } from "./trust.ts";

type Bucket = ReturnType<typeof memoryStore>;

/** Two moves of a channel, above so many serials and snapshots of its past: nobody reads those. */
async function bucketWithPast(past: number): Promise<Bucket> {
  const bucket = await newBucket();
  for (let number = 1; number <= past; number++) {
    bucket.objects.set(`tuf/${number}.snapshot.json`, Buffer.from("{}"));
    bucket.objects.set(`tuf/${number}.runtime-stable.json`, Buffer.from("{}"));
  }
  await move(bucket, "1.0.0");
  await move(bucket, "1.1.0");
  return bucket;
}

async function move(store: Store, version: string) {
  return moveChannel(store, await plannedMove(store, sampleContent(version), mover));
}

/** The same objects in a folder. */
async function folderOf(t: TestContext, { objects }: Bucket): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-tuf-files-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [path, bytes] of objects) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return directoryStore(folder);
}

/** Where a chain is, and whether the bucket had to be listed to tell. */
const told = ({ roots, snapshot, timestamp, targets, highest, listed }: Chain) => ({
  root: roots[0]?.version,
  snapshot: snapshot?.version,
  timestamp: timestamp.snapshot,
  targets: targets?.version,
  highest: highest.snapshot,
  listed: listed !== undefined,
});

test("with a past of three thousand files, reading and moving a channel ask for just as much as with none", async () => {
  const asked: (readonly string[])[] = [];
  for (const past of [0, 1500]) {
    const bucket = await bucketWithPast(past);
    const counted = countingStore(bucket);
    const view = await readChannel(counted.store, "runtime", "stable");
    assert.deepEqual([view.serial, view.nextSerial, view.damaged], [past + 2, past + 3, []]);
    const moved = await move(counted.store, "1.2.0");
    assert.deepEqual([moved.serial, moved.snapshot], [past + 3, past + 3]);
    asked.push(counted.asked.sort());
  }
  assert.deepEqual(asked[1], asked[0]);
  assert.deepEqual(
    asked[0]?.filter((line) => line.startsWith("list")),
    [],
  );
});

test("nothing is asked for twice to read what is in force", async () => {
  const { store, asked } = countingStore(await bucketWithPast(0));
  await readChain(store);
  assert.deepEqual(asked.sort(), [
    "read tuf/N.root.json",
    "read tuf/N.root.json",
    "read tuf/N.root.json",
    "read tuf/N.snapshot.json",
    "read tuf/N.snapshot.json",
    "read tuf/N.targets.json",
    "read tuf/N.targets.json",
    "read tuf/timestamp.json",
  ]);
});

const whole = { root: 1, snapshot: 2, timestamp: 2, targets: 1, highest: 2, listed: false };

const nothingVerifies = { root: undefined, snapshot: undefined, targets: undefined, timestamp: 0, listed: true };

const states: readonly (readonly [string, (bucket: Bucket) => unknown, Partial<ReturnType<typeof told>>])[] = [
  ["whole", () => {}, {}],
  ["a role that no snapshot names yet", (bucket) => dies(bucket, 2), {}],
  ["a snapshot that the timestamp does not name yet", (bucket) => dies(bucket, 3), { snapshot: 3, highest: 3 }],
  ["a snapshot above that nobody signed", (bucket) => put(bucket, "tuf/3.snapshot.json"), { highest: 3 }],
  ["targets above that nobody signed", (bucket) => put(bucket, "tuf/2.targets.json"), {}],
  ["an older timestamp", olderTimestamp, { timestamp: 1 }],
  ["no timestamp", (bucket) => bucket.objects.delete("tuf/timestamp.json"), { timestamp: 0, listed: true }],
  ["a damaged timestamp", (bucket) => put(bucket, "tuf/timestamp.json"), { timestamp: 0, listed: true }],
  ["no snapshot", (bucket) => bucket.objects.delete("tuf/2.snapshot.json"), { snapshot: 1, listed: true }],
  ["a damaged snapshot", (bucket) => put(bucket, "tuf/2.snapshot.json"), { snapshot: 1, listed: true }],
  ["a snapshot of other bytes", otherSnapshot, { listed: true }],
  ["no root", (bucket) => bucket.objects.delete("tuf/1.root.json"), nothingVerifies],
  ["a damaged root", (bucket) => put(bucket, "tuf/1.root.json"), nothingVerifies],
  ["a damaged root above", (bucket) => put(bucket, "tuf/2.root.json"), { listed: true }],
  ["no targets", (bucket) => bucket.objects.delete("tuf/1.targets.json"), { targets: undefined, listed: true }],
  ["damaged targets", (bucket) => put(bucket, "tuf/1.targets.json"), { targets: undefined, listed: true }],
  [
    "a hole among the roots",
    holeAmongRoots,
    { root: 3, targets: 3, snapshot: 4, timestamp: 4, highest: 4, listed: true },
  ],
];

for (const [name, change, expected] of states) {
  test(`what is in force, in memory and in a folder: ${name}`, async (t) => {
    const bucket = await bucketWithPast(0);
    await change(bucket);
    for (const store of [bucket, await folderOf(t, bucket)]) {
      assert.deepEqual(told(await readChain(store)), { ...whole, ...expected });
    }
  });
}

test("a number that somebody took further above is passed over once it is reached", async () => {
  const bucket = await bucketWithPast(0);
  put(bucket, "tuf/4.snapshot.json");
  put(bucket, "tuf/4.runtime-stable.json");
  const numbers: number[][] = [];
  for (const version of ["1.2.0", "1.3.0", "1.4.0"]) {
    const { serial, snapshot } = await move(bucket, version);
    numbers.push([serial, snapshot]);
  }
  assert.deepEqual(numbers, [
    [3, 3],
    [5, 5],
    [6, 6],
  ]);
  assert.equal((await seenByClient(bucket)).current.version, "1.4.0");
});

test("more files above than writers leave: the bucket is listed", async () => {
  const bucket = await bucketWithPast(0);
  for (let number = 3; number < 90; number++) put(bucket, `tuf/${number}.runtime-stable.json`);
  const { store, asked } = countingStore(bucket);
  assert.equal((await readChannel(store, "runtime", "stable")).nextSerial, 90);
  assert.ok(asked.includes("list tuf/"));
});

test("what another writer finished meanwhile is above what an older look found, and is gone past", async () => {
  const bucket = await bucketWithPast(0);
  const planned = await plannedMove(bucket, sampleContent("2.0.0"), other, { channel: "candidate" });
  await dies(bucket, 3);
  const moved = await moveChannel(bucket, planned);
  assert.deepEqual([moved.serial, moved.snapshot], [1, 4]);
  assert.equal((await readChannel(bucket, "runtime", "stable")).serial, 3, "it was finished first");
});

function put({ objects }: Bucket, path: string): void {
  objects.set(path, Buffer.from("{}"));
}

async function dies(bucket: Bucket, writes: number): Promise<void> {
  await assert.rejects(move(dyingStore(bucket, writes), "6.6.6"), /killed/);
}

async function olderTimestamp(bucket: Bucket): Promise<void> {
  const bare = await newBucket();
  await move(bare, "1.0.0");
  bucket.objects.set("tuf/timestamp.json", bare.objects.get("tuf/timestamp.json") ?? Buffer.alloc(0));
}

/** Signed, of the same number, and not the one that the timestamp names. */
async function otherSnapshot(bucket: Bucket): Promise<void> {
  const bare = await newBucket();
  await move(bare, "1.0.0");
  await move(bare, "3.0.0");
  bucket.objects.set("tuf/2.snapshot.json", bare.objects.get("tuf/2.snapshot.json") ?? Buffer.alloc(0));
}

/** Two more channels, each a root of its own, and the first of these roots lost. */
async function holeAmongRoots(bucket: Bucket): Promise<void> {
  const movers = [...trust.movers];
  for (const channel of ["beta", "nightly"]) {
    movers.push({ product: "runtime", channel, key: sampleSigner(movers.length + 10).public });
    await ensureTrust(bucket, { ...trust, movers, moverSigner: mover });
  }
  bucket.objects.delete("tuf/2.root.json");
}
