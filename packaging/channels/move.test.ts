import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SlipwayError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import {
  dyingStore,
  expires,
  memoryStore,
  now,
  plannedMove,
  sampleContent,
  sampleSigner,
} from "./__fixtures__/bucket.ts";
import { openChannel } from "./client.ts";
import type { ChannelEntry } from "./entry.ts";
import { type Moved, moveChannel } from "./move.ts";
import { journal, planMove, readChannel, readSnapshot } from "./read.ts";
import { ensureTrust } from "./trust.ts";

const [root, targets, mover, other] = [1, 2, 3, 4].map(sampleSigner) as [Signer, Signer, Signer, Signer];
type Signer = ReturnType<typeof sampleSigner>;

const trust = {
  root,
  targets,
  movers: [
    { product: "runtime", channel: "stable", key: mover.public },
    { product: "runtime", channel: "candidate", key: other.public },
  ],
  expires,
  now,
};

async function newBucket(): Promise<ReturnType<typeof memoryStore>> {
  const store = memoryStore();
  await ensureTrust(store, trust);
  return store;
}

async function seenByClient(store: Store, cache?: string): Promise<ChannelEntry> {
  const folder = cache ?? (await mkdtemp(join(tmpdir(), "slipway-client-")));
  try {
    const text = Buffer.from((await store.read("tuf/1.root.json", 1e6)) ?? []).toString();
    return await openChannel(store, text, "runtime", "stable", folder);
  } finally {
    if (cache === undefined) await rm(folder, { recursive: true });
  }
}

test("first release, promotion and rollback are three serials that a client follows", async () => {
  const store = await newBucket();
  const cache = await mkdtemp(join(tmpdir(), "slipway-client-"));
  await assert.rejects(seenByClient(store, cache), /nothing is in force there .*SLW-CHANNEL/);
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

test("an update that was decided before another one is refused, and the winner is named", async () => {
  const store = await newBucket();
  await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
  const late = await plannedMove(store, sampleContent("1.2.0"), mover);
  await moveChannel(store, await plannedMove(store, sampleContent("1.1.0"), mover, { by: "release.yml" }));
  const before = new Map(store.objects);
  await assert.rejects(
    moveChannel(store, late),
    /stable moved to serial 2 while .* \(runtime 1\.1\.0, by release\.yml, 2026-11-22T10:00:00Z\)\. Nothing .*SLW-CHANNEL-RACE/,
  );
  assert.deepEqual(store.objects, before);
});

test("one that was decided over a slow writer's files does not undo what that one put in force", async () => {
  const store = await newBucket();
  await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
  // The slow one has written entry and role 2; the late one sees them, and plans serial 3 after serial 1.
  const slow = await plannedMove(store, sampleContent("1.1.0"), mover);
  await assert.rejects(moveChannel(dyingStore(store, 2), slow), /killed/);
  const late = await plannedMove(store, sampleContent("1.2.0"), mover);
  assert.deepEqual([late.serial, late.after], [3, 1]);
  await moveChannel(store, { ...slow, now: now + 5 });
  await assert.rejects(moveChannel(store, late), /SLW-CHANNEL-RACE/);
  assert.equal((await seenByClient(store)).current.version, "1.1.0");
});

test("two movers of one channel at once: one wins, the other is told who, and nothing of it is in force", async () => {
  for (let round = 0; round < 5; round++) {
    const store = await newBucket();
    const moves = await Promise.all(
      ["1.0.0", "1.1.0", "1.2.0"].map((version) =>
        plannedMove(store, sampleContent(version), mover, { by: `mover of ${version}` }),
      ),
    );
    const results = await Promise.allSettled(moves.map((move) => moveChannel(store, move)));
    const won = results.filter((result) => result.status === "fulfilled");
    const lost = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    assert.equal(won.length, 1);
    const entry = JSON.parse((won[0] as PromiseFulfilledResult<Moved>).value.entryText) as ChannelEntry;
    for (const reason of lost) {
      assert.ok(reason instanceof SlipwayError);
      assert.equal(reason.code, "SLW-CHANNEL-RACE");
      assert.match(reason.message, new RegExp(`by mover of ${entry.current.version}`));
    }
    assert.deepEqual(await seenByClient(store), entry);
    assert.deepEqual(await journal(store, "runtime", "stable"), [entry]);
  }
});

test("movers of different channels at once all get through, and no move is lost", async () => {
  const store = memoryStore();
  const channels = ["a", "b", "c", "d"];
  const signers = channels.map((_, i) => sampleSigner(10 + i));
  const movers = channels.map((channel, i) => ({ product: "runtime", channel, key: (signers[i] as Signer).public }));
  await ensureTrust(store, { ...trust, movers });
  await Promise.all(
    channels.map(async (channel, i) => {
      for (const version of ["1.0.0", "1.1.0", "1.2.0"]) {
        await moveChannel(
          store,
          await plannedMove(store, sampleContent(version), signers[i] as Signer, { channel, by: channel }),
        );
      }
    }),
  );
  const seen = await readSnapshot(store);
  assert.equal(seen.version, 12);
  assert.deepEqual(
    seen.channels.map(({ channel, serial, entry, damaged }) => [channel, serial, entry?.current.version, damaged]),
    channels.map((channel) => [channel, 3, "1.2.0", []]),
  );
});

test("death after any write leaves the old or the new, and the next run completes it", async () => {
  const wanted = sampleContent("1.1.0", "1.0.0");
  let deaths = 0;
  for (let writes = 0; ; writes++) {
    const store = await newBucket();
    await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
    try {
      await moveChannel(dyingStore(store, writes), await plannedMove(store, wanted, mover));
      break;
    } catch (error) {
      assert.match(String(error), /killed/);
      deaths++;
    }
    const between = await seenByClient(store);
    assert.equal(between.current.version, writes < 4 ? "1.0.0" : "1.1.0");
    // Another channel's mover finishes what had won, and disturbs nothing else.
    if (writes === 3) {
      const content = sampleContent("9.0.0");
      await moveChannel(store, await plannedMove(store, content, other, { channel: "candidate" }));
      assert.equal((await seenByClient(store)).current.version, "1.1.0");
    }
    await moveChannel(store, await plannedMove(store, wanted, mover));
    const entry = await seenByClient(store);
    assert.deepEqual([entry.current, entry.kept], [wanted.current, wanted.kept]);
    const view = await readChannel(store, "runtime", "stable");
    assert.deepEqual(view.damaged, []);
    assert.equal(view.serial, writes === 2 ? 3 : 2, "a dead writer's role is skipped over; a snapshot is finished");
    const moves = (await journal(store, "runtime", "stable")).map(({ current }) => current.version);
    assert.deepEqual(moves, ["1.1.0", "1.0.0"]);
  }
  assert.equal(deaths, 5);
});

test("a rerun is the same as a first run after death anywhere in the very first move", async () => {
  for (let writes = 0; writes < 5; writes++) {
    const store = await newBucket();
    const move = await plannedMove(store, sampleContent("1.0.0"), mover);
    await assert.rejects(moveChannel(dyingStore(store, writes), move), /killed/);
    await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
    assert.equal((await seenByClient(store)).current.version, "1.0.0");
  }
});

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
  assert.deepEqual([moved.serial, moved.snapshot], [3, 100]);
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
