import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleContent } from "../channels/__fixtures__/bucket.ts";
import type { ChannelEntry } from "../channels/entry.ts";
import type { LiveTime, MoveKind } from "../channels/live-times.ts";
import { periodsOf } from "./periods.ts";

function moved(serial: number, version: string, kind: Exclude<MoveKind, "lost">): LiveTime {
  const time = (hour: number) => `2026-11-22T0${hour}:00:00Z`;
  const { current } = sampleContent(version);
  const said = { schema: 1, product: "runtime", channel: "stable", serial, after: serial - 1 } as const;
  const entry: ChannelEntry = {
    ...said,
    current,
    kept: [],
    moved: { at: time(serial), by: `mover ${serial}`, why: "a test" },
  };
  return { serial, kind, entry, live: serial === 5, until: serial === 5 ? undefined : time(serial + 1) };
}

test("a release serves through moves that only sign it anew; who began it is who made it serve", () => {
  const times: readonly LiveTime[] = [
    moved(5, "1.1.0", "signed anew"),
    moved(4, "1.1.0", "other kept"),
    moved(3, "1.1.0", "release"),
    { serial: 2, kind: "lost", entry: undefined, path: "tuf/2.runtime-stable.json", live: false, until: undefined },
    moved(1, "1.1.0", "first"),
  ];
  const told = periodsOf(times).map((it) =>
    it.release === undefined ? it.path : [it.release.version, it.serial, it.moved.length, it.by, it.kind, it.until],
  );
  assert.deepEqual(told, [
    ["1.1.0", 5, 3, "mover 3", "release", undefined],
    "tuf/2.runtime-stable.json",
    ["1.1.0", 1, 1, "mover 1", "first", Date.parse("2026-11-22T02:00:00Z") / 1000],
  ]);
});
