import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dyingStore, plannedMove, sampleContent, sampleSigner } from "./__fixtures__/bucket.ts";
import { countingStore } from "./__fixtures__/counting-store.ts";
import { mover, newBucket, trust } from "./__fixtures__/runtime-channels.ts";
import { moveAsBefore } from "./__fixtures__/signed-entries.ts";
import { moveChannel } from "./move.ts";
import { journal, readChannel } from "./read.ts";
import { ensureTrust } from "./trust.ts";
import { movesOf, versionMoves } from "./version-moves.ts";

type Bucket = Awaited<ReturnType<typeof newBucket>>;

/** Moves to `version`, keeping one so that content differs from move to move; gives the path of the entry. */
async function move(store: Bucket, version: string, ...kept: readonly string[]): Promise<string> {
  const planned = await plannedMove(store, sampleContent(version, ...kept), mover);
  return (await moveChannel(store, planned)).entryPath;
}

const moves = async (store: Bucket, version: string) =>
  versionMoves(store, await readChannel(store, "runtime", "stable"), version);

const counts = async (store: Bucket) =>
  (await journal(store, "runtime", "stable")).map(({ serial, schema, past }) => [serial, schema, past]);

test("how often a version went down only goes up, whatever happens after it", () => {
  let served: readonly string[] = [];
  let before = 0;
  for (const [version, lowered] of [
    ["1.0.0", 0],
    ["1.0.0", 0],
    ["1.1.0", 0],
    ["1.0.0", 1],
    ["1.0.0", 1],
    ["1.1.0", 1],
    ["1.2.0-rc.1", 1],
    ["1.2.0", 1],
    ["1.2.0-rc.1", 2],
    ["0.9.0", 3],
    ["2.0.0", 3],
  ] as const) {
    const found = movesOf([version, ...served]);
    served = [version, ...served];
    assert.equal(found.lowered, lowered, served.join(" "));
    assert.ok(found.lowered >= before);
    before = found.lowered;
  }
  assert.deepEqual(movesOf(["1.0.0", "2.0.0", "0.9.0"]), { lowered: 1, before: "2.0.0", highest: "2.0.0" });
  assert.deepEqual(movesOf(["1.0.0"]), { lowered: 0, highest: "1.0.0" });
});

test("counted in any two parts, the versions served tell the same as counted at once", () => {
  const version = fc.constantFrom("1.0.0-rc.1", "1.0.0", "1.1.0", "1.2.0");
  const versions = fc.array(version, { maxLength: 6 });
  const property = fc.property(versions, version, versions, (later, between, earlier) => {
    const [newest = between, ...others] = later;
    const counted = movesOf([between, ...earlier]);
    const since = later.length === 0 ? [] : [...others, between];
    assert.deepEqual(movesOf([newest, ...since], counted), movesOf([newest, ...since, ...earlier]));
  });
  fc.assert(property, { numRuns: 500 });
});

test("each entry but the first counts what its journal tells; signing the same again keeps it", async () => {
  const store = await newBucket();
  await move(store, "1.0.0");
  await move(store, "1.1.0", "1.0.0");
  await move(store, "1.0.0");
  const next = sampleSigner(5);
  const movers = trust.movers.map((one) => (one.channel === "stable" ? { ...one, key: next.public } : one));
  await ensureTrust(store, { ...trust, movers });
  await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), next));
  assert.deepEqual(await counts(store), [
    [4, 2, { lowered: 1, before: "1.1.0", highest: "1.1.0" }],
    [3, 2, { lowered: 1, before: "1.1.0", highest: "1.1.0" }],
    [2, 2, { lowered: 0, before: "1.0.0", highest: "1.1.0" }],
    [1, 1, undefined],
  ]);
  assert.deepEqual(await moves(store, "1.0.0"), { lowered: 1, before: "1.1.0", highest: "1.1.0" }, "nothing to do");
  assert.deepEqual(await moves(store, "0.9.0"), { lowered: 2, before: "1.0.0", highest: "1.1.0" });
});

test("what a writer that died wrote is not counted", async () => {
  const store = await newBucket();
  await move(store, "1.0.0");
  await move(store, "1.1.0");
  const lost = await plannedMove(store, sampleContent("0.9.0"), mover);
  await assert.rejects(moveChannel(dyingStore(store, 2), lost), /killed/);
  await move(store, "1.2.0");
  assert.deepEqual((await counts(store))[0], [4, 2, { lowered: 0, before: "1.1.0", highest: "1.2.0" }]);
});

test("entries of before are walked, and tell what they told; the next move counts, and then nothing is read", async () => {
  const store = await newBucket();
  const served = ["1.0.0", "1.1.0", "1.0.0", "1.0.0", "1.2.0"];
  for (const version of served) await moveAsBefore(store, sampleContent(version));
  assert.deepEqual(await moves(store, "1.1.0"), { lowered: 2, before: "1.2.0", highest: "1.2.0" });
  assert.deepEqual(await moves(store, "1.2.0"), { lowered: 1, before: "1.0.0", highest: "1.2.0" });
  await move(store, "1.1.0");
  assert.deepEqual((await counts(store)).slice(0, 2), [
    [6, 2, { lowered: 2, before: "1.2.0", highest: "1.2.0" }],
    [5, 1, undefined],
  ]);
  const view = await readChannel(store, "runtime", "stable");
  const counted = countingStore(store);
  assert.deepEqual(await versionMoves(counted.store, view, "1.0.0"), { lowered: 3, before: "1.1.0", highest: "1.2.0" });
  assert.deepEqual(counted.asked, []);
});

test("the count goes on where a journal of before is longer than is ever walked", async () => {
  const store = await newBucket();
  // An entry of before, and one that counts more than is left of the journal behind it.
  await moveAsBefore(store, sampleContent("1.0.0"));
  await moveAsBefore(store, sampleContent("1.1.0"), {
    schema: 2,
    past: { lowered: 1234, before: "1.2.0", highest: "1.3.0" },
  });
  await move(store, "1.0.0");
  await move(store, "1.1.0");
  assert.deepEqual((await counts(store)).slice(0, 2), [
    [4, 2, { lowered: 1235, before: "1.0.0", highest: "1.3.0" }],
    [3, 2, { lowered: 1235, before: "1.1.0", highest: "1.3.0" }],
  ]);
});

test("past a lost entry the journal is walked, to the newest one that counts", async () => {
  const store = await newBucket();
  const paths: string[] = [];
  for (const version of ["1.0.0", "0.9.0", "1.0.0", "0.9.0", "1.1.0"]) paths.push(await move(store, version));
  const lose = (path: string) => assert.ok(store.objects.delete(path));
  // The copy has the digest that the signed role names, and is as good as the entry.
  lose(paths[4] ?? "");
  assert.deepEqual(await moves(store, "1.0.0"), { lowered: 3, before: "1.1.0", highest: "1.1.0" });
  lose("channels/runtime/stable.json");
  assert.deepEqual(await moves(store, "1.0.0"), { lowered: 2, before: "0.9.0", highest: "1.0.0" });
  // What is lost on both sides of a move is stepped over, and the one before it still counts.
  lose(paths[3] ?? "");
  assert.deepEqual(await moves(store, "1.0.0"), { lowered: 1, before: "0.9.0", highest: "1.0.0" });
  await move(store, "1.2.0");
  const [{ previous, past } = assert.fail()] = await journal(store, "runtime", "stable");
  assert.deepEqual([previous, past], [undefined, { lowered: 1, before: "1.0.0", highest: "1.2.0" }]);
  // Without any that counts, what is left is.
  for (const path of paths.slice(1, 3)) lose(path);
  lose(paths[0] ?? "");
  assert.deepEqual(await moves(store, "1.0.0"), { lowered: 2, before: "1.2.0", highest: "1.2.0" });
});

test("counts of an entry that nobody signed are not believed", async () => {
  const store = await newBucket();
  await move(store, "1.0.0");
  const second = await move(store, "1.1.0");
  const text = store.objects.get(second)?.toString() ?? "";
  const planted = Buffer.from(text.replace('"lowered": 0', '"lowered": 7'));
  assert.ok(store.objects.delete(second));
  store.objects.set("channels/runtime/stable.json", planted);
  assert.deepEqual(await moves(store, "1.2.0"), { lowered: 0, before: "1.0.0", highest: "1.2.0" });
});
