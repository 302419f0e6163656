import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../channels/__fixtures__/bucket.ts";
import { sha256 } from "../digest.ts";
import type { Release } from "../plan/release-plan.ts";
import { builtRelease } from "../record/__fixtures__/release.ts";
import { type ReleaseRecord, recordText } from "../record/record.ts";
import { otherBytes } from "./other-bytes.ts";

const path = "releases/runtime/1.0.0/release.json";
const { record } = builtRelease();

function releaseOf(wanted: ReleaseRecord): Release {
  const text = recordText(wanted);
  const recordObject = { path, size: Buffer.byteLength(text), sha256: sha256(text) };
  return { product: "runtime", version: "1.0.0", folder: "1.0.0", record: wanted, recordObject };
}

/** What differs where `published` lies under the name of the release. */
const found = (published: ReleaseRecord | undefined, wanted = record) => {
  const objects = published === undefined ? [] : [[path, Buffer.from(recordText(published))] as const];
  return otherBytes(memoryStore(new Map(objects)), releaseOf(wanted));
};

test("nothing differs from what is not published, and from itself", async () => {
  assert.deepEqual(await found(undefined), []);
  assert.deepEqual(await found(record), []);
});

test("each artifact that differs, came or went is a line", async () => {
  const [first, second] = record.artifacts;
  assert.ok(first && second);
  const other = { ...first, content: "0".repeat(64) };
  const digests = `0000…00 → ${first.content.slice(0, 4)}…${first.content.slice(-2)}`;
  assert.deepEqual(await found({ ...record, artifacts: [other, second] }), [`${first.name} ${digests}`]);
  assert.deepEqual(await found({ ...record, artifacts: [first] }), [`${second.name} is new`]);
  assert.deepEqual(await found(record, { ...record, artifacts: [second] }), [`${first.name} is gone`]);
});

test("other facts about the same artifacts are told as that", async () => {
  assert.deepEqual(await found({ ...record, summary: "Other words" }), [
    "its record says other things of the same artifacts",
  ]);
});

test("of what waits for a signature the content alone is compared", async () => {
  const unsigned = [{ name: record.artifacts[0]?.name ?? "", inside: false }];
  const wanted = { ...releaseOf({ ...record, summary: "Other words" }), unsigned };
  assert.deepEqual(await otherBytes(memoryStore(new Map([[path, Buffer.from(recordText(record))]])), wanted), []);
});

test("what lies there and is no record is refused, not called other bytes", async () => {
  const store = memoryStore(new Map([[path, Buffer.from("hello\n")]]));
  await assert.rejects(otherBytes(store, releaseOf(record)), { code: "SLW-RECORD" });
});
