import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleContent } from "./__fixtures__/bucket.ts";
import type { ChannelContent, ChannelEntry } from "./entry.ts";
import type { JournalLink } from "./journal-links.ts";
import { liveTimes } from "./live-times.ts";

const at = (serial: number) => `2026-11-${String(serial).padStart(2, "0")}T10:00:00Z`;

function moved(serial: number, content: ChannelContent, after = serial - 1): JournalLink {
  const entry: ChannelEntry = {
    ...{ schema: 1, product: "runtime", channel: "stable", serial, after },
    current: content.current,
    kept: [...content.kept],
    moved: { at: at(serial), by: "up by test", why: "a test" },
  };
  return { serial, entry };
}

const lost = (serial: number): JournalLink => ({ serial, entry: undefined, path: `tuf/${serial}.runtime-stable.json` });
const kinds = (links: readonly JournalLink[]) => liveTimes(links).map(({ serial, kind }) => `${serial} ${kind}`);

test("a release is live until the next move; the newest one has no end", () => {
  const links = [moved(3, sampleContent("1.0.0"), 1), moved(1, sampleContent("1.1.0"), 0)];
  assert.deepEqual(
    liveTimes(links).map(({ until, live, entry }) => [entry?.moved.at, until, live]),
    [
      [at(3), undefined, true],
      [at(1), at(3), false],
    ],
  );
  assert.deepEqual(liveTimes([]), []);
});

test("what a move did is told by what it followed", () => {
  const other: ChannelContent = { ...sampleContent("1.1.0", "1.0.0") };
  const rebuilt = {
    current: { ...other.current, record: { ...other.current.record, sha256: "0".repeat(64) } },
    kept: other.kept,
  };
  const links = [
    moved(6, sampleContent("1.0.0")),
    moved(5, rebuilt),
    moved(4, sampleContent("1.1.0")),
    moved(3, sampleContent("1.1.0", "1.0.0")),
    moved(2, sampleContent("1.1.0", "1.0.0")),
    moved(1, sampleContent("1.0.0")),
  ];
  assert.deepEqual(kinds(links), [
    "6 rollback",
    "5 other bytes",
    "4 other kept",
    "3 signed anew",
    "2 release",
    "1 first",
  ]);
});

test("a lost move ends nothing that is known, and what followed it is of unknown kind", () => {
  const links = [moved(3, sampleContent("1.2.0")), lost(2), moved(1, sampleContent("1.0.0"))];
  assert.deepEqual(kinds(links), ["3 unknown", "2 lost", "1 first"]);
  const [, gap, first] = liveTimes(links);
  assert.deepEqual([gap?.until, gap?.live], [at(3), false]);
  assert.deepEqual([first?.until, first?.live], [undefined, false]);
  assert.deepEqual(kinds([lost(2)]), ["2 lost"]);
});
