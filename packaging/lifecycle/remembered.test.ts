import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../channels/__fixtures__/bucket.ts";
import { restoredView } from "../store/restored-view.ts";
import { lostObjects, rememberedTexts } from "./remembered.ts";

const of = (kind: string, outputs: unknown) => ({ type: `pulumi-nodejs:dynamic/slipway:${kind}`, outputs });
const bucket = ".slipway/bucket";

test("copies of roots, keys and moves are remembered; those of other buckets, releases and other resources are not", () => {
  const remembered = rememberedTexts(
    [
      of("Trust", { bucket, texts: { "tuf/1.root.json": "root" } }),
      of("ArchiveKeys", { bucket, certificates: { "keys/AB.asc": "key" } }),
      of("ChannelPointer", {
        bucket,
        moves: [
          { serial: 1, texts: { "tuf/1.alpha-dev.json": "one", "releases/alpha/1.0.0/metadata.json": "facts" } },
          { serial: 2, texts: { "tuf/2.alpha-dev.json": "two" } },
        ],
      }),
      of("ChannelPointer", { bucket: "elsewhere", moves: [{ serial: 1, texts: { "tuf/9.alpha-dev.json": "nine" } }] }),
      of("KeyPair", { secret: "s" }),
      of("Trust", { bucket, texts: "of another shape" }),
      { type: "pulumi:pulumi:Stack", outputs: { bucket, texts: { "tuf/7.root.json": "stack" } } },
    ],
    bucket,
  );
  assert.deepEqual(remembered, {
    "tuf/1.root.json": "root",
    "keys/AB.asc": "key",
    "tuf/1.alpha-dev.json": "one",
    "tuf/2.alpha-dev.json": "two",
  });
});

test("only what is gone is lost", async () => {
  const store = memoryStore();
  await store.create("tuf/1.root.json", Buffer.from("altered"));
  assert.deepEqual(await lostObjects(store, { "tuf/2.root.json": "two", "tuf/1.root.json": "one" }), {
    "tuf/2.root.json": "two",
  });
});

test("a plan sees what was lost in its place, and what is there as it is", async () => {
  const store = memoryStore();
  await store.create("tuf/b", Buffer.from("there"));
  const view = restoredView(store, { "tuf/a": "back", "tuf/b": "not this", "keys/c": "k" });
  assert.deepEqual(await view.list("tuf/"), [
    { path: "tuf/a", size: 4 },
    { path: "tuf/b", size: 5 },
  ]);
  assert.deepEqual(await view.stat("tuf/a"), { path: "tuf/a", size: 4 });
  assert.equal(Buffer.from((await view.read("tuf/a", 4)) ?? []).toString(), "back");
  assert.equal(Buffer.from((await view.read("tuf/b", 5)) ?? []).toString(), "there");
  assert.equal(await view.digest("tuf/none"), undefined);
  await assert.rejects(view.read("tuf/a", 3), /larger than 3 bytes/);
  await assert.rejects(view.create("tuf/d", Buffer.from("")), /a plan writes nothing/);
});
