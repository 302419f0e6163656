import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelView } from "../channels/channel-view.ts";
import type { ChannelRecord } from "../channels/entry.ts";
import { keptBelow, moveOf } from "./channel-plan.ts";

const record = (version: string, hash = "0123456789ab"): ChannelRecord => ({
  version,
  folder: `${version}+${hash}`,
  record: { path: `releases/p/${version}+${hash}/release.json`, size: 1, sha256: "0".repeat(64) },
});

const view = (current: ChannelRecord | undefined, kept: readonly ChannelRecord[] = []): ChannelView => ({
  product: "p",
  channel: "dev",
  serial: current === undefined ? 0 : 4,
  nextSerial: current === undefined ? 1 : 6,
  entry:
    current === undefined
      ? undefined
      : {
          schema: 1,
          product: "p",
          channel: "dev",
          serial: 4,
          after: 3,
          current,
          kept: [...kept],
          moved: { at: "2026-01-01T00:00:00Z", by: "someone", why: "because" },
        },
  intact: true,
  expires: undefined,
  keyids: ["key"],
  proven: true,
  recovered: false,
  damaged: [],
});

const plan = (current: ChannelRecord, kept: readonly ChannelRecord[], now: ChannelView) => ({
  product: "p",
  channel: "dev",
  current,
  kept,
  now,
  renew: false,
  before: now.entry?.current.folder === current.folder ? undefined : now.entry?.current,
});

test("nothing at or above the current version is kept, and one folder of each below", () => {
  const earlier = [
    record("1.2.0"),
    record("1.1.0", "aaaaaaaaaaaa"),
    record("1.1.0"),
    record("1.0.0"),
    record("1.10.0"),
  ];
  const kept = keptBelow(record("1.2.0", "bbbbbbbbbbbb"), earlier);
  assert.deepEqual(
    kept.map(({ folder }) => folder),
    ["1.1.0+aaaaaaaaaaaa", "1.0.0+0123456789ab"],
  );
});

test("a rollback keeps none of the versions above", () => {
  assert.deepEqual(keptBelow(record("1.0.0"), [record("1.1.0"), record("1.0.0")]), []);
});

test("the first move of a channel is known before its key exists", () => {
  assert.deepEqual(moveOf(plan(record("1.0.0"), [], view(undefined)), undefined), {
    serial: 1,
    after: 0,
    why: "release 1.0.0",
  });
});

test("a move forward, back, and to other bytes of one version say so", () => {
  const why = (from: ChannelRecord, to: ChannelRecord) => moveOf(plan(to, [], view(from)), undefined)?.why;
  assert.equal(why(record("1.0.0"), record("1.1.0")), "release 1.0.0 → 1.1.0");
  assert.equal(
    why(record("1.1.0"), record("1.0.0")),
    "rollback 1.1.0 → 1.0.0: new machines install 1.0.0; machines that have 1.1.0 keep it, for no client goes back",
  );
  assert.equal(why(record("1.0.0"), record("1.0.0", "bbbbbbbbbbbb")), "other bytes for 1.0.0");
});

test("a move takes the next free serial, decided upon the one in force", () => {
  assert.deepEqual(moveOf(plan(record("1.1.0"), [record("1.0.0")], view(record("1.0.0"))), "key"), {
    serial: 6,
    after: 4,
    why: "release 1.0.0 → 1.1.0",
  });
});

test("a channel that says what is wanted keeps its serial, under the key that signed it", () => {
  const same = plan(record("1.0.0"), [], view(record("1.0.0")));
  assert.equal(moveOf(same, undefined), undefined);
  assert.deepEqual(moveOf(same, "key"), { serial: 4, after: 3, why: "because" });
  assert.equal(moveOf(same, "another key")?.serial, 6);
});

test("a damaged channel is signed anew under the next serial", () => {
  const now = { ...view(record("1.0.0")), intact: false, damaged: ["tuf/4.p-dev.json"] };
  assert.deepEqual(moveOf(plan(record("1.0.0"), [], now), "key"), {
    serial: 6,
    after: 4,
    why: "signed anew: tuf/4.p-dev.json damaged",
  });
});
