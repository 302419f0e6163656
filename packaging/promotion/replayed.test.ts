import assert from "node:assert/strict";
import { test } from "node:test";
import { snapshotNumber } from "../channels/read.ts";
import { twoChannels } from "./__fixtures__/two-channels.ts";
import { refuseReplayed } from "./replayed.ts";

const timestamp = "tuf/timestamp.json";

test("a timestamp that goes on, or stays, is none that was put back", async (t) => {
  const { at, move } = await twoChannels(t);
  await refuseReplayed(at.store, 0);
  for (const version of ["1.0.0", "1.1.0"]) {
    const seen = await snapshotNumber(at.store);
    await move("candidate", version);
    await refuseReplayed(at.store, seen);
    await refuseReplayed(at.store, seen + 1);
  }
});

test("a timestamp of a snapshot before the one that was seen is refused, whichever of the two that is", async (t) => {
  const { at, move } = await twoChannels(t);
  await move("candidate", "1.0.0");
  const old = at.store.objects.get(timestamp);
  assert.ok(old);
  await move("candidate", "1.1.0");
  const seen = await snapshotNumber(at.store);
  at.store.objects.set(timestamp, old);
  await refuseReplayed(at.store, seen - 1);
  await assert.rejects(refuseReplayed(at.store, seen), {
    code: "SLW-CHANNEL",
    message: new RegExp(`names snapshot ${seen - 1}, but this stack saw ${seen}: somebody put back an old one`),
  });
});

test("a timestamp that nobody in force signed, or none, is for reading the channels to refuse", async (t) => {
  const { at, move } = await twoChannels(t);
  await move("candidate", "1.0.0");
  const text = at.store.objects.get(timestamp)?.toString() ?? "";
  at.store.objects.set(timestamp, Buffer.from(text.replace(/"sig": "../, '"sig": "00')));
  await refuseReplayed(at.store, 99);
  at.store.objects.delete(timestamp);
  await refuseReplayed(at.store, 99);
});
