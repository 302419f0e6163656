import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "../store/store.ts";
import {
  dyingStore,
  expires,
  memoryStore,
  now,
  plannedMove,
  sampleContent,
  sampleSigner,
} from "./__fixtures__/bucket.ts";
import { channelFindings } from "./findings.ts";
import { moveChannel } from "./move.ts";
import { ensureTrust } from "./trust.ts";

const mover = sampleSigner(3);
const movers = [{ product: "runtime", channel: "stable", key: mover.public }];
const trust = { root: sampleSigner(1), targets: sampleSigner(2), movers, expires, now };

async function move(store: Store, ...versions: [string, ...string[]]): Promise<void> {
  await moveChannel(store, await plannedMove(store, sampleContent(...versions), mover));
}

/** What is found after a move that dies before write number `writes`; the last one is of a move that did not die. */
async function afterEachDeath(prepare: (store: Store) => Promise<void>, ...versions: [string, ...string[]]) {
  const seen: (readonly string[])[] = [];
  for (let writes = 0; ; writes++) {
    const store = memoryStore();
    await prepare(store);
    const ended = await move(dyingStore(store, writes), ...versions).then(
      () => true,
      () => false,
    );
    const findings = await channelFindings(store);
    assert.deepEqual(
      findings.filter(({ kind }) => kind === "damaged"),
      [],
    );
    seen.push(findings.map(({ sentence }) => sentence));
    if (ended) return seen;
    await move(store, ...versions);
    assert.deepEqual(await channelFindings(store), [], "the next run brings it up");
  }
}

test("a first move that dies anywhere leaves nothing damaged, and what lags is named", async () => {
  const seen = await afterEachDeath(async (store) => void (await ensureTrust(store, trust)), "1.0.0");
  assert.deepEqual(seen, [
    ...[[], [], []],
    [
      "channels/runtime/stable.json is not there, but channel stable of runtime is at serial 1",
      "tuf/timestamp.json is not there yet, but snapshot 1 is signed: a move of a channel was not finished",
    ],
    ["channels/runtime/stable.json is not there, but channel stable of runtime is at serial 1"],
    [],
  ]);
});

test("so does a later one", async () => {
  const prepare = async (store: Store) => {
    await ensureTrust(store, trust);
    await move(store, "1.0.0");
  };
  assert.deepEqual(await afterEachDeath(prepare, "1.1.0", "1.0.0"), [
    ...[[], [], []],
    [
      "channels/runtime/stable.json still is the one of serial 1, but channel stable of runtime is at serial 2",
      "tuf/timestamp.json still names snapshot 1, but snapshot 2 is signed: a move of a channel was not finished",
    ],
    ["channels/runtime/stable.json still is the one of serial 1, but channel stable of runtime is at serial 2"],
    [],
  ]);
});

test("a new channel that no move has put in force yet lags", async () => {
  const store = memoryStore();
  await ensureTrust(store, trust);
  await move(store, "1.0.0");
  await ensureTrust(store, {
    ...trust,
    movers: [...movers, { product: "runtime", channel: "beta", key: mover.public }],
  });
  assert.deepEqual(await channelFindings(store), [
    {
      kind: "lagging",
      path: "tuf/1.snapshot.json",
      sentence: "tuf/1.snapshot.json names targets 1, but 2 is signed: the next move puts it in force",
    },
  ]);
});

test("bytes that nobody wrote are damage", async () => {
  for (const path of ["tuf/1.runtime-stable.json", "channels/runtime/stable.json", "tuf/timestamp.json"]) {
    const store = memoryStore();
    await ensureTrust(store, trust);
    await move(store, "1.0.0");
    store.objects.set(path, Buffer.from("{}"));
    const found = await channelFindings(store);
    assert.deepEqual(
      found.map((it) => [it.kind, it.path]),
      [["damaged", path]],
    );
  }
});
