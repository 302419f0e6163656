import assert from "node:assert/strict";
import { test } from "node:test";
import { SlipwayError } from "../errors.ts";
import { dyingStore, memoryStore, now, plannedMove, sampleContent, sampleSigner } from "./__fixtures__/bucket.ts";
import { mover, newBucket, seenByClient, trust } from "./__fixtures__/runtime-channels.ts";
import type { ChannelEntry } from "./entry.ts";
import { type Moved, moveChannel } from "./move.ts";
import { journal, readSnapshot } from "./read.ts";
import { ensureTrust } from "./trust.ts";

type Signer = ReturnType<typeof sampleSigner>;

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
