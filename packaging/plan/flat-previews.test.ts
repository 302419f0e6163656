import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { BuildCache } from "../builds/cache.ts";
import { plannedMove } from "../channels/__fixtures__/bucket.ts";
import { countingStore } from "../channels/__fixtures__/counting-store.ts";
import { mover, newBucket } from "../channels/__fixtures__/runtime-channels.ts";
import { journalOfBefore } from "../channels/__fixtures__/signed-entries.ts";
import { moveChannel } from "../channels/move.ts";
import { newestEntry } from "../channels/read.ts";
import { sha256 } from "../digest.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { candidateFacts } from "../promotion/candidate-facts.ts";
import { recordText } from "../record/record.ts";
import { oddRecord } from "../repositories/__fixtures__/records.ts";
import { planChannel } from "./channel-plan.ts";
import type { Release } from "./release-plan.ts";
import { planTap } from "./tap-plan.ts";
import { planWinget } from "./winget-plan.ts";

const url = "https://releases.example";

function releaseOf(version: string): Release {
  const record = oddRecord(version, { product: "runtime" });
  const text = recordText(record);
  const path = `releases/runtime/${version}/release.json`;
  const recordObject = { path, size: Buffer.byteLength(text), sha256: sha256(text) };
  return { product: "runtime", version, folder: version, record, recordObject };
}

/** A bucket whose channel moved so often, each third time back, the last time too; all but three moves are of before. */
async function movedSoOften(moves: number): Promise<Awaited<ReturnType<typeof newBucket>>> {
  const store = await newBucket();
  const [low, high] = [releaseOf("1.0.0"), releaseOf("1.1.0")].map(({ version, folder, recordObject, record }) => {
    store.objects.set(recordObject.path, Buffer.from(recordText(record)));
    return { version, folder, record: recordObject };
  });
  assert.ok(low && high);
  const cycle = [
    { current: high, kept: [low] },
    { current: high, kept: [] },
    { current: low, kept: [] },
  ];
  const contents = Array.from({ length: moves }, (_, at) => cycle.at((at - moves) % 3)).filter(
    (it) => it !== undefined,
  );
  await journalOfBefore(store, contents.slice(0, -3));
  for (const content of contents.slice(-3)) await moveChannel(store, await plannedMove(store, content, mover));
  return store;
}

type Bucket = Awaited<ReturnType<typeof movedSoOften>>;

/** What a preview asks of a bucket to plan where a channel points, and what a tap and winget get of it. */
async function planned(bucket: Bucket, release: Release) {
  const { store, asked } = countingStore(bucket);
  const channel = await planChannel(store, release, "stable", { keep: 3 });
  const pointers = [{ release, channel, offer: [], dropped: [] }];
  const tap = await planTap(store, pointers, url);
  const { packages } = await planWinget(store, pointers, url, "1.12.0");
  const [formula] = Object.values(tap?.files ?? {});
  const scheme = Number(/version_scheme (\d+)/.exec(formula?.text ?? "")?.[1] ?? 0);
  return { asked: asked.sort(), scheme, title: packages[0]?.request.title };
}

test("after 300 moves a tap and winget are planned with just as many questions as after two", async (t) => {
  const [few, many] = [await movedSoOften(2), await movedSoOften(300)];
  for (const [version, more, title] of [
    ["2.0.0", 0, "New version: Odd.Things.Tool version 2.0.0"],
    ["1.0.0", 0, "Remove version: Odd.Things.Tool version 1.1.0"],
    ["0.9.0", 1, "Remove version: Odd.Things.Tool version 1.0.0"],
  ] as const) {
    const [short, long] = [await planned(few, releaseOf(version)), await planned(many, releaseOf(version))];
    t.diagnostic(`${version}: ${short.asked.length} after 2 moves, ${long.asked.length} after 300`);
    assert.deepEqual([short.scheme, short.title], [1 + more, title]);
    assert.deepEqual([long.scheme, long.title], [100 + more, title]);
    assert.deepEqual(long.asked, short.asked);
  }
});

/** What the gates of a candidate ask of a bucket; `back` where the channel served it. */
async function judged(t: TestContext, bucket: Bucket, release: Release) {
  const { store, asked } = countingStore(bucket);
  const cacheFolder = await scratch(t);
  const at = {
    store,
    cache: new BuildCache(cacheFolder, () => {}),
    cacheFolder,
    projectRoot: cacheFolder,
    progress: () => {},
  };
  const { serving, served } = await candidateFacts(at, release, "stable", { file: "log.md", entries: [] });
  return { asked: asked.sort(), serving: serving?.version, back: served.length > 0 };
}

test("nor do the gates of a candidate walk a journal, for a version above all or one that is served", async (t) => {
  const [few, many] = [await movedSoOften(2), await movedSoOften(300)];
  for (const [version, back] of [
    ["2.0.0", false],
    ["1.0.0", true],
    ["1.1.0", true],
  ] as const) {
    const [short, long] = [await judged(t, few, releaseOf(version)), await judged(t, many, releaseOf(version))];
    assert.deepEqual([short.serving, short.back, long.serving, long.back], ["1.0.0", back, "1.0.0", back]);
    assert.deepEqual(long.asked, short.asked);
  }
});

test("the newest entry is found without those before it", async () => {
  const questions: (readonly string[])[] = [];
  for (const moves of [2, 300]) {
    const { store, asked } = countingStore(await movedSoOften(moves));
    assert.equal((await newestEntry(store, "runtime", "stable"))?.serial, moves);
    questions.push(asked.sort());
  }
  assert.deepEqual(questions[1], questions[0]);
});
