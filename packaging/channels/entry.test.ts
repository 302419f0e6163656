import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertGolden } from "../__fixtures__/golden.ts";
import { canonicalJson } from "../canonical-json.ts";
import {
  expires,
  memoryStore,
  now,
  plannedMove,
  sampleContent,
  sampleRecord,
  sampleSigner,
} from "./__fixtures__/bucket.ts";
import { type ChannelEntry, entryText, parseEntry, sameContent } from "./entry.ts";
import { moveChannel } from "./move.ts";
import { ensureTrust } from "./trust.ts";

const sample: ChannelEntry = {
  schema: 1,
  product: "runtime",
  channel: "stable",
  serial: 3,
  after: 2,
  previous: "0".repeat(64),
  current: sampleRecord("1.1.0"),
  kept: [sampleRecord("1.0.0"), sampleRecord("1.0.0-rc.1")],
  moved: { at: "2026-11-22T10:00:00Z", by: "up by release.yml", why: "promotion of 1.1.0" },
};

test("what is written is read again, and reading is the only form", () => {
  assert.deepEqual(parseEntry(entryText(sample), "it"), sample);
  assert.throws(() => parseEntry(JSON.stringify(sample), "it"), /it is not in canonical form/);
});

test("any entry of any content survives the way through its text", () => {
  const number = fc.nat({ max: 999 });
  const version = fc.tuple(number, number, number).map((numbers) => numbers.join("."));
  const line = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).filter((text) => !/\p{Cc}/u.test(text));
  const property = fc.property(version, fc.nat({ max: 9e6 }), line, line, (text, after, by, why) => {
    const entry = { ...sample, current: sampleRecord(text), kept: [sampleRecord("0.0.0")], after };
    const whole = { ...entry, serial: after + 1, moved: { ...sample.moved, by, why } };
    assert.deepEqual(parseEntry(entryText(whole), "it"), whole);
  });
  fc.assert(property, { numRuns: 200 });
});

const bad: readonly (readonly [name: string, change: Record<string, unknown>, says: RegExp])[] = [
  ["another schema", { schema: 0 }, /schema: /],
  ["newer schema", { schema: 2 }, /newer Slipway \(channel entry schema 2, this one knows 1\).*SLW-STATE-NEWER/],
  ["unknown key", { latest: true }, /latest/],
  ["product with a slash", { product: "a/b" }, /product: /],
  ["channel with a dash", { channel: "a-b" }, /channel: /],
  ["serial 0", { serial: 0, after: 0 }, /serial: /],
  ["serial with a fraction", { serial: 2.5 }, /serial: /],
  ["serial not above the one before", { serial: 2 }, /above the one before/],
  ["kept above current", { kept: [sampleRecord("1.2.0")] }, /none is above the current/],
  ["kept not newest first", { kept: [sampleRecord("1.0.0-rc.1"), sampleRecord("1.0.0")] }, /newest first/],
  ["no semantic version", { current: { ...sample.current, version: "1.1" } }, /current.version: .*semantic version/],
  ["path upwards", { current: { ...sample.current, folder: "../1.1.0" } }, /current.folder: /],
  ["absolute path", { current: { ...sample.current, folder: "/1.1.0" } }, /current.folder: /],
  ["no digest", { previous: "abc" }, /previous: .*64 lower-case hex digits/],
  ["date without a time", { moved: { ...sample.moved, at: "2026-11-22" } }, /moved.at: /],
  ["two lines", { moved: { ...sample.moved, why: "a\nb" } }, /moved.why: .*one line/],
  ["a terminal's escape", { moved: { ...sample.moved, by: "\u001b[31m" } }, /moved.by: /],
  ["too many kept", { kept: Array.from({ length: 201 }, () => sampleRecord("1.0.0")) }, /kept: /],
];

for (const [name, change, says] of bad) {
  test(`refused: ${name}`, () => {
    assert.throws(() => parseEntry(canonicalJson({ ...sample, ...change }), "channels/runtime/stable.json"), says);
  });
}

test("refused: no JSON, nothing, null, a list, too much", () => {
  for (const text of ["", "{", "null\n", "[]\n", '"x"\n', `"${"x".repeat(300_000)}"`]) {
    assert.throws(() => parseEntry(text, "it"), /^SlipwayError: it is .*SLW-CHANNEL/s, text.slice(0, 20));
  }
});

test("content is the same whoever moved it", () => {
  assert.ok(sameContent(sample, { ...sample, serial: 9, moved: { ...sample.moved, by: "someone" } } as ChannelEntry));
  assert.ok(!sameContent(sample, { ...sample, kept: [] }));
});

test("the bytes of a small bucket: they stay what clients have seen", async () => {
  const store = memoryStore();
  const [root, targets, mover] = [sampleSigner(1), sampleSigner(2), sampleSigner(3)];
  const movers = [{ product: "runtime", channel: "stable", key: mover.public }];
  await ensureTrust(store, { root, targets, movers, expires, now });
  await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover));
  await moveChannel(store, await plannedMove(store, sampleContent("1.1.0", "1.0.0"), mover));
  const shown = [...store.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, bytes]) => `== ${path}\n${bytes}`);
  assertGolden(import.meta.url, "bucket.txt", shown.join("\n"));
});
