import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { memoryStore, now, plannedMove, sampleContent, sampleSigner } from "./__fixtures__/bucket.ts";
import { mover, newBucket, other, seenByClient } from "./__fixtures__/runtime-channels.ts";
import { moveChannel } from "./move.ts";
import { journal, readChannel } from "./read.ts";

test("first release, promotion and rollback are three serials that a client follows", async () => {
  const store = await newBucket();
  const cache = await mkdtemp(join(tmpdir(), "slipway-client-"));
  await assert.rejects(seenByClient(store, cache), /nothing is in force there.*SLW-CHANNEL/);
  for (const [i, content] of [
    sampleContent("1.0.0"),
    sampleContent("1.1.0", "1.0.0"),
    sampleContent("1.0.0"),
  ].entries()) {
    const moved = await moveChannel(store, await plannedMove(store, content, mover));
    assert.deepEqual([moved.serial, moved.snapshot, moved.timestamp, moved.adopted], [i + 1, i + 1, i + 1, false]);
    const entry = await seenByClient(store, cache);
    assert.deepEqual([entry.serial, entry.after, entry.current], [i + 1, i, content.current]);
    assert.equal(store.objects.get("channels/runtime/stable.json")?.toString(), moved.entryText);
    assert.equal(store.objects.get(moved.entryPath)?.toString(), moved.entryText);
    assert.deepEqual((await readChannel(store, "runtime", "stable")).damaged, []);
  }
  const versions = (await journal(store, "runtime", "stable")).map(({ current }) => current.version);
  assert.deepEqual(versions, ["1.0.0", "1.1.0", "1.0.0"]);
  await rm(cache, { recursive: true });
});

test("what is there already is adopted, and nothing is written", async () => {
  const store = await newBucket();
  const first = await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
  const before = new Map(store.objects);
  const again = await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover, { now: now + 99 }));
  assert.deepEqual(again, { ...first, adopted: true });
  assert.deepEqual(store.objects, before);
});

test("a mover whose key the bucket does not list writes nothing", async () => {
  const store = await newBucket();
  const before = new Map(store.objects);
  await assert.rejects(
    moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), other)),
    /targets file of the bucket does not list key .* for channel stable of runtime.*SLW-CHANNEL/,
  );
  const strange = await plannedMove(store, sampleContent("1.0.0"), sampleSigner(99));
  await assert.rejects(moveChannel(store, strange), /targets file and root 1 of the bucket/);
  await assert.rejects(moveChannel(memoryStore(), strange), /no TUF root that verifies/);
  assert.deepEqual(store.objects, before);
});
