import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../channels/__fixtures__/bucket.ts";
import { sha256 } from "../digest.ts";
import { builtRelease } from "../record/__fixtures__/release.ts";
import { recordText } from "../record/record.ts";
import { sumsText } from "../record/sums.ts";
import { filesOf } from "./wanted-release.ts";

const { record } = builtRelease();
const { product, version } = record;
const base = `releases/${product}/${version}`;
const text = recordText(record);
const recordObject = { path: `${base}/release.json`, size: Buffer.byteLength(text), sha256: sha256(text) };
const release = { product, folder: version, record, recordObject };

test("a release's files are what its record determines, whatever lies in the bucket", async () => {
  const store = memoryStore();
  const untouched = await filesOf(store, release);
  assert.deepEqual(
    untouched.map(({ name }) => name),
    [...record.artifacts.map(({ name }) => name), "SHA256SUMS", "release.json"],
  );
  await store.create(`${base}/SHA256SUMS`, Buffer.from("of somebody else\n"));
  await store.create(`${base}/release.json`, Buffer.from("{}"));
  assert.deepEqual(await filesOf(store, release), untouched);
  assert.deepEqual(
    untouched.slice(-2).map((file) => file.sha256),
    [sha256(sumsText(record)), sha256(text)],
  );
});

test("the signature of the sums goes along where there is one", async () => {
  const store = memoryStore();
  await store.create(`${base}/SHA256SUMS.asc`, Buffer.from("signed"));
  const signature = { name: "SHA256SUMS.asc", path: `${base}/SHA256SUMS.asc`, size: 6, sha256: sha256("signed") };
  assert.deepEqual((await filesOf(store, release)).at(-1), signature);
});
