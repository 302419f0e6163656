import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertGolden } from "../__fixtures__/golden.ts";
import { assertRefusal, holdsRows } from "../__fixtures__/refused.ts";
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
  schema: 2,
  product: "runtime",
  channel: "stable",
  serial: 3,
  after: 2,
  previous: "0".repeat(64),
  past: { lowered: 1, before: "1.0.0", highest: "1.2.0" },
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
  // Neither the current version nor a first entry has a past of this kind.
  const counts = fc.nat().map((lowered) => ({ lowered, before: "1000.0.0", highest: "1000.0.0" }));
  const past = fc.option(counts, { nil: undefined });
  const property = fc.property(version, fc.nat({ max: 9e6 }), past, line, line, (text, after, counted, by, why) => {
    const { schema: _, past: __, ...rest } = { ...sample, current: sampleRecord(text), kept: [sampleRecord("0.0.0")] };
    const revision =
      counted === undefined || after === 0 ? { schema: 1 as const } : { schema: 2 as const, past: counted };
    const whole = { ...rest, ...revision, after, serial: after + 1, moved: { ...sample.moved, by, why } };
    assert.deepEqual(parseEntry(entryText(whole), "it"), whole);
  });
  fc.assert(property, { numRuns: 200 });
});

const path = "channels/runtime/stable.json";
const inCurrent = (change: Record<string, unknown>) => ({ current: { ...sample.current, ...change } });
const inPast = (change: Record<string, unknown>) => ({ past: { ...sample.past, ...change } });
const inRecord = (change: Record<string, unknown>) => inCurrent({ record: { ...sample.current.record, ...change } });
const text = canonicalJson(sample);

// biome-ignore format: a table, one row for each mistake
const bad: readonly (readonly [name: string, bad: string | Record<string, unknown>, says: string])[] = [
  ["nothing", "", "it is not JSON"],
  ["half an entry", text.slice(0, 100), "it is not JSON"],
  ["an escape sequence", "\u001b[2J", "it is not JSON"],
  ["lists in lists", "[".repeat(100_000), "it is not JSON"],
  ["null", "null\n", "expected a map, found null"],
  ["a list", "[]\n", "expected a map, found a list"],
  ["too many bytes", `"${"x".repeat(300_000)}"`, "it has 300002 bytes, more than the 262144 allowed"],
  ["doubled key", text.replace('"serial": 3', '"serial": 3,\n  "serial": 3'), "it is not in canonical form"],
  ["number in another notation", text.replace('"serial": 3', '"serial": 3.0'), "it is not in canonical form"],
  ["no final newline", text.trimEnd(), "it is not in canonical form"],
  ["another schema", { schema: 0 }, "schema: expected one of 1, 2, found 0"],
  ["schema in quotes", { schema: "2" }, 'schema: expected one of 1, 2, found "2"'],
  ["schema in a list", { schema: [2] }, "schema: expected one of 1, 2, found a list"],
  ["schema 1 that counts", { schema: 1 }, "schema: expected 2 where past is there, and else 1"],
  ["schema 2 that does not", { past: undefined }, "schema: expected 2 where past is there, and else 1"],
  ["counts of a first entry", { after: 0 }, "a channel's first entry has no past"],
  ["counts that are a number", { past: 1 }, "past: expected a map, found a number"],
  ["count below nothing", inPast({ lowered: -1 }), "past.lowered: expected at least 0"],
  ["count with a fraction", inPast({ lowered: 0.5 }), "past.lowered: expected a whole number"],
  ["count beyond counting", inPast({ lowered: 2 ** 53 }), "past.lowered: expected "],
  ["no count", inPast({ lowered: undefined }), "past.lowered: expected a number, found nothing"],
  ["unknown count", inPast({ raised: 1 }), 'past: unknown key "raised"'],
  ["version before that is none", inPast({ before: "1" }), "past.before: expected a semantic version"],
  ["version before that is the current one", inPast({ before: "1.1.0" }), "past.before: expected another version"],
  ["went down from nothing", inPast({ before: undefined }), "past: a version that went down was another one before"],
  ["no highest version", inPast({ highest: undefined }), "past.highest: expected a text, found nothing"],
  ["highest version below the current one", inPast({ highest: "1.0.9" }), "past.highest: expected no version below"],
  ["unknown key", { latest: true }, 'unknown key "latest"'],
  ["product with a slash", { product: "a/b" }, "product: expected a product"],
  ["product that is a number", { product: 7 }, "product: expected a text, found a number"],
  ["channel with a dash", { channel: "a-b" }, "channel: expected a channel"],
  ["serial 0", { serial: 0, after: 0 }, "serial: expected at least 1"],
  ["serial with a fraction", { serial: 2.5 }, "serial: expected a whole number"],
  ["serial in quotes", { serial: "3" }, "serial: expected a number, found a text"],
  ["serial beyond counting", { serial: 2 ** 53 }, "serial: expected "],
  ["serial not above the one before", { serial: 2 }, "a serial is above the one before it"],
  ["serial before none", { after: -1 }, "after: expected at least 0"],
  ["kept above current", { kept: [sampleRecord("1.2.0")] }, "none is above the current one"],
  ["kept not newest first", { kept: [sampleRecord("1.0.0-rc.1"), sampleRecord("1.0.0")] }, "kept versions come newest first"],
  ["kept that is a map", { kept: {} }, "kept: expected a list, found a map"],
  ["no semantic version", inCurrent({ version: "1.1" }), "current.version: expected a semantic version"],
  ["path upwards", inCurrent({ folder: "../1.1.0" }), "current.folder: expected a release's folder"],
  ["absolute path", inCurrent({ folder: "/1.1.0" }), "current.folder: expected a release's folder"],
  ["folder of another version", inCurrent({ folder: "6.6.6" }), "a record lies in its version's folder of the product"],
  ["record at an absolute path", inRecord({ path: "/etc/passwd" }), "current.record.path: expected a relative path"],
  ["record at a path upwards", inRecord({ path: "releases/../release.json" }), "current.record.path: expected no . and no .."],
  ["record with a zero byte", inRecord({ path: "releases/a\0b" }), "current.record.path: expected a relative path"],
  ["record of another product", inRecord({ path: "releases/other/1.1.0/release.json" }), "a record lies in its version's folder of the product"],
  ["record of a size below nothing", inRecord({ size: -1 }), "current.record.size: expected a size in bytes"],
  ["record of a size beyond counting", inRecord({ size: 2 ** 60 }), "current.record.size: expected "],
  ["record of a digest that is no hex", inRecord({ sha256: "x".repeat(64) }), "current.record.sha256: expected a SHA-256"],
  ["no record", inCurrent({ record: undefined }), "current.record: expected a map, found nothing"],
  ["no digest", { previous: "abc" }, "previous: expected a SHA-256 of 64 lower-case hex digits"],
  ["date without a time", { moved: { ...sample.moved, at: "2026-11-22" } }, "moved.at: expected a time in UTC"],
  ["two lines", { moved: { ...sample.moved, why: "a\nb" } }, "moved.why: expected one line of text"],
  ["a terminal's escape", { moved: { ...sample.moved, by: "\u001b[31m" } }, "moved.by: expected one line of text"],
  ["too many kept", { kept: Array.from({ length: 201 }, () => sampleRecord("1.0.0")) }, "kept: expected at most 200 items"],
];

for (const [name, change, says] of bad) {
  test(`refused: ${name}`, () => {
    const whole =
      typeof change === "string" ? change : canonicalJson(JSON.parse(JSON.stringify({ ...sample, ...change })));
    assert.throws(
      () => parseEntry(whole, path),
      (error) => {
        const { message } = assertRefusal(error, "SLW-CHANNEL", says);
        assert.ok(message.startsWith(`${path} is not a valid channel entry: `), message);
        return true;
      },
    );
  });
}

holdsRows("entries", 50, bad);

test("an entry of newer code is answered with what to do", () => {
  assert.throws(() => parseEntry(canonicalJson({ ...sample, schema: 3 }), path), {
    code: "SLW-STATE-NEWER",
    message:
      /^channels\/runtime\/stable\.json was written by a newer Slipway \(channel entry schema 3, this one knows 2\)/,
  });
});

test("an entry of before entries counted is read as it is, and says what it said", () => {
  const { past: _, ...before } = { ...sample, schema: 1 as const };
  assert.deepEqual(parseEntry(canonicalJson(before), path), before);
  assert.equal(entryText(before), canonicalJson(before));
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
