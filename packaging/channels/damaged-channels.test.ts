import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { dyingStore, now, plannedMove, sampleContent } from "./__fixtures__/bucket.ts";
import { mover, newBucket, other, seenByClient } from "./__fixtures__/runtime-channels.ts";
import { moveChannel } from "./move.ts";
import { planMove, readChannel, readSnapshot } from "./read.ts";

test("an older timestamp.json that is put back: a client refuses it, the next move goes above it", async () => {
  const store = await newBucket();
  const cache = await mkdtemp(join(tmpdir(), "slipway-client-"));
  await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
  const old = store.objects.get("tuf/timestamp.json") as Buffer;
  await moveChannel(store, await plannedMove(store, sampleContent("1.1.0", "1.0.0"), mover));
  await seenByClient(store, cache);
  store.objects.set("tuf/timestamp.json", old);
  await assert.rejects(seenByClient(store, cache), /older than what was seen before.*SLW-CHANNEL/s);
  const view = await readChannel(store, "runtime", "stable");
  assert.deepEqual([view.serial, view.damaged, view.intact], [2, ["tuf/timestamp.json"], true]);
  const moved = await moveChannel(store, await plannedMove(store, sampleContent("1.1.0", "1.0.0"), mover));
  assert.deepEqual([moved.serial, moved.adopted], [2, true]);
  assert.equal((await seenByClient(store, cache)).serial, 2);
  await rm(cache, { recursive: true });
});

test("each damaged or missing object is named and repaired; what clients saw stays below what comes", async () => {
  const content = sampleContent("1.1.0", "1.0.0");
  const cases = [
    { path: "tuf/2.runtime-stable.json", serial: 3 },
    { path: "tuf/2.snapshot.json", serial: 2 },
    { path: "tuf/timestamp.json", serial: 2 },
    { path: "channels/runtime/stable.json", serial: 2 },
    { path: "entry", serial: 3 },
  ];
  for (const { path, serial } of cases) {
    for (const damage of ["removed", "altered"] as const) {
      const store = await newBucket();
      const cache = await mkdtemp(join(tmpdir(), "slipway-client-"));
      await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
      const { entryPath } = await moveChannel(store, await plannedMove(store, content, mover));
      await seenByClient(store, cache);
      const name = path === "entry" ? entryPath : path;
      const bytes = store.objects.get(name) as Buffer;
      if (damage === "removed") store.objects.delete(name);
      else
        store.objects.set(
          name,
          Buffer.from(
            bytes
              .toString()
              .replace("1.1.0", "6.6.6")
              .replace(/"sig": "./, '"sig": "x'),
          ),
        );
      if (damage === "altered" && store.objects.get(name)?.equals(bytes)) throw new Error(`${name} was not altered`);
      const view = await readChannel(store, "runtime", "stable");
      assert.ok(view.damaged.includes(name), `${name} ${damage}: ${view.damaged.join()}`);
      assert.equal(view.entry?.current.version, "1.1.0");
      assert.equal(planMove(view, content, mover.public.keyid).serial, serial, name);
      await moveChannel(store, await plannedMove(store, content, mover, { now: now + 60 }));
      const after = await readChannel(store, "runtime", "stable");
      assert.deepEqual([after.serial, after.damaged, after.intact], [serial, [], true], `${name} ${damage}`);
      assert.deepEqual((await seenByClient(store, cache)).current, content.current);
      await rm(cache, { recursive: true });
    }
  }
});

/** A channel that was moved twice, with its copy altered in one place. */
async function movedTwice(alter: readonly [from: string, to: string]) {
  const store = await newBucket();
  const content = sampleContent("1.1.0", "1.0.0");
  await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
  const { entryPath } = await moveChannel(store, await plannedMove(store, content, mover));
  const copy = (store.objects.get("channels/runtime/stable.json") as Buffer).toString();
  const altered = copy.replace(...alter);
  assert.notEqual(altered, copy);
  store.objects.set("channels/runtime/stable.json", Buffer.from(altered));
  return { store, content, entryPath };
}

test("without a root, an altered copy does not say which record the channel names, nor that there is no channel", async () => {
  const { sha256 } = sampleContent("1.1.0", "1.0.0").current.record;
  const flipped = `${sha256.slice(0, 40)}${sha256[40] === "9" ? "8" : "9"}${sha256.slice(41)}`;
  for (const alter of [
    [sha256, flipped],
    ['"serial": 2', '"serial": 7'],
  ] as const) {
    const { store, content } = await movedTwice(alter);
    store.objects.delete("tuf/1.root.json");
    const view = await readChannel(store, "runtime", "stable");
    assert.deepEqual(view.entry?.current, content.current);
    assert.ok(view.damaged.includes("channels/runtime/stable.json"), view.damaged.join());
  }
});

test("a copy of another digest than the signed role names is not believed, also where the entry is gone", async () => {
  const { store, entryPath } = await movedTwice(["1.1.0", "6.6.6"]);
  store.objects.delete(entryPath);
  const view = await readChannel(store, "runtime", "stable");
  assert.equal(view.entry?.current.version, "1.0.0");
  assert.deepEqual([view.serial, view.recovered], [2, true]);
  assert.deepEqual(view.damaged, ["channels/runtime/stable.json", entryPath].sort());
});

test("a lost snapshot, alone or with its timestamp, takes no other channel back", async () => {
  for (const lost of [["tuf/2.snapshot.json"], ["tuf/2.snapshot.json", "tuf/timestamp.json"]]) {
    const store = await newBucket();
    await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), other, { channel: "candidate" }));
    await moveChannel(store, await plannedMove(store, sampleContent("1.1.0"), other, { channel: "candidate" }));
    for (const path of lost) store.objects.delete(path);
    await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
    const { channels } = await readSnapshot(store);
    const seen = channels.map(({ channel, serial, damaged }) => [channel, serial, damaged]);
    assert.deepEqual(seen, [
      ["candidate", 2, []],
      ["stable", 1, []],
    ]);
  }
});

test("files that nobody signed change nothing but the next number", async () => {
  const store = await newBucket();
  await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
  // A signed role that lost its race, and a copy that claims it was in force.
  await assert.rejects(moveChannel(dyingStore(store, 2), await plannedMove(store, sampleContent("6.6.6"), mover)));
  const [loser] = [...store.objects].filter(
    ([path, bytes]) => path.endsWith(".stable.json") && bytes.includes("6.6.6"),
  );
  store.objects.set("channels/runtime/stable.json", loser?.[1] ?? Buffer.alloc(0));
  store.objects.set("tuf/99.snapshot.json", Buffer.from("{}"));
  store.objects.set("tuf/99.runtime-nightly.json", Buffer.from("{}"));
  store.objects.set("tuf/098.snapshot.json", Buffer.from("{}"));
  const view = await readChannel(store, "runtime", "stable");
  assert.deepEqual([view.entry?.current.version, view.damaged], ["1.0.0", ["channels/runtime/stable.json"]]);
  const moved = await moveChannel(store, await plannedMove(store, sampleContent("1.1.0", "1.0.0"), mover));
  assert.deepEqual([moved.serial, moved.snapshot], [3, 2]);
  assert.equal((await seenByClient(store)).current.version, "1.1.0");
});

test("a stray number far above all others is passed over, so that numbers cannot run out", async () => {
  const store = await newBucket();
  await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
  for (const name of ["snapshot", "runtime-stable", "targets", "root"]) {
    store.objects.set(`tuf/999999999.${name}.json`, Buffer.from(""));
  }
  const moved = await moveChannel(store, await plannedMove(store, sampleContent("1.1.0", "1.0.0"), mover));
  assert.deepEqual([moved.serial, moved.snapshot], [2, 2]);
  assert.equal((await seenByClient(store)).current.version, "1.1.0");
});
