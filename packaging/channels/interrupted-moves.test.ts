import assert from "node:assert/strict";
import { test } from "node:test";
import { dyingStore, plannedMove, sampleContent } from "./__fixtures__/bucket.ts";
import { mover, newBucket, other, seenByClient } from "./__fixtures__/runtime-channels.ts";
import { moveChannel } from "./move.ts";
import { journal, readChannel } from "./read.ts";

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
