import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../channels/__fixtures__/bucket.ts";
import { rememberingStore } from "./written-once.ts";

const paths = [
  "releases/alpha/1.0.0/release.json",
  "tuf/12.snapshot.json",
  `channels/alpha/${"a".repeat(64)}.stable.json`,
  `dists/stable/main/by-hash/SHA256/${"b".repeat(64)}`,
] as const;

/** A bucket, and the paths that were read from it. */
function bucket() {
  const memory = memoryStore();
  const read: string[] = [];
  const store = rememberingStore({
    ...memory,
    read: (path, limit) => {
      read.push(path);
      return memory.read(path, limit);
    },
  });
  return { store, read, objects: memory.objects };
}

const textOf = async (read: Promise<Uint8Array | undefined>) => {
  const bytes = await read;
  return bytes && Buffer.from(bytes).toString();
};

test("what is written once is read once; what changes is read each time", async () => {
  const { store, read, objects } = bucket();
  const changing = ["tuf/timestamp.json", "channels/alpha/stable.json", "dists/stable/InRelease", "index.html"];
  for (const path of [...paths, ...changing]) {
    objects.set(path, Buffer.from(path));
    for (let time = 0; time < 2; time++) assert.equal(await textOf(store.read(path, 1000)), path);
  }
  assert.deepEqual(read, [...paths, ...changing.flatMap((path) => [path, path])]);
});

test("what is not there may come, and what is looked at for damage is always asked", async () => {
  const { store, objects } = bucket();
  const [path] = paths;
  assert.equal(await store.read(path, 1000), undefined);
  objects.set(path, Buffer.from("there"));
  assert.equal(await textOf(store.read(path, 1000)), "there");
  const digest = await store.digest(path);
  objects.set(path, Buffer.from("altered"));
  assert.notEqual(await store.digest(path), digest);
  assert.notEqual(await store.keptDigest(path), digest);
  assert.equal((await store.stat(path))?.size, 7);
  objects.delete(path);
  assert.equal(await store.stat(path), undefined);
});

test("what this process writes is known, also in the place of something damaged", async () => {
  const { store, read } = bucket();
  const [path] = paths;
  await store.create(path, Buffer.from("damaged"));
  assert.equal(await textOf(store.read(path, 1000)), "damaged");
  const digest = await store.digest(path);
  assert.equal(await store.replace(path, Buffer.from("whole"), digest), true);
  assert.equal(await textOf(store.read(path, 1000)), "whole");
  assert.deepEqual(read, []);
  // Somebody else's bytes are in the way: nothing is known any more.
  await assert.rejects(store.create(path, Buffer.from("other")), /SLW-STORE-CONFLICT/);
  assert.equal(await store.replace(path, Buffer.from("third"), "0".repeat(64)), false);
  assert.equal(await textOf(store.read(path, 1000)), "whole");
  assert.deepEqual(read, [path]);
});

test("what was read before a write and comes after it is not remembered", async () => {
  const memory = memoryStore();
  const [path] = paths;
  memory.objects.set(path, Buffer.from("damaged"));
  const written = Promise.withResolvers<void>();
  const slow = rememberingStore({
    ...memory,
    read: async (from, limit) => {
      const found = await memory.read(from, limit);
      await written.promise;
      return found;
    },
  });
  const early = slow.read(path, 1000);
  assert.equal(await slow.replace(path, Buffer.from("whole"), await slow.digest(path)), true);
  written.resolve();
  assert.equal(await textOf(early), "damaged");
  assert.equal(await textOf(slow.read(path, 1000)), "whole");
});

test("a limit holds for what is remembered too, and large objects are not kept", async () => {
  const { store, read, objects } = bucket();
  const [path, large] = paths;
  objects.set(path, Buffer.alloc(100));
  objects.set(large, Buffer.alloc(300 << 10));
  await store.read(path, 1000);
  await assert.rejects(store.read(path, 99), /SLW-STORE/);
  await store.read(large, 1 << 20);
  await store.read(large, 1 << 20);
  assert.deepEqual(read, [path, path, large, large]);
});

test("the oldest give way", async () => {
  const { store, read, objects } = bucket();
  const names = Array.from({ length: 70 }, (_, at) => `releases/alpha/1.0.${at}/release.json`);
  for (const name of names) {
    objects.set(name, Buffer.alloc(256 << 10));
    await store.read(name, 1 << 20);
  }
  await store.read(names[69] ?? "", 1 << 20);
  await store.read(names[0] ?? "", 1 << 20);
  assert.deepEqual(read.slice(70), [names[0]]);
});
