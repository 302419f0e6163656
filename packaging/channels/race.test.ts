import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { directoryStore } from "../store/directory.ts";
import { expires, now, sampleSigner } from "./__fixtures__/bucket.ts";
import type { MoverReport, MoverTask } from "./__fixtures__/mover.ts";
import { openChannel } from "./client.ts";
import { journal, readSnapshot } from "./read.ts";
import { ensureTrust } from "./trust.ts";

const seedOf = { stable: 3, beta: 4, nightly: 5 } as const;

/** Runs the movers side by side, each in a thread with its own door to the one bucket folder. */
async function race(folder: string, tasks: readonly Omit<MoverTask, "folder">[]): Promise<readonly MoverReport[]> {
  const script = new URL("./__fixtures__/mover.ts", import.meta.url);
  const workers = tasks.map((task) => new Worker(script, { workerData: { ...task, folder } }));
  try {
    await Promise.all(workers.map((worker) => once(worker, "message")));
    const reports = workers.map(async (worker) => (await once(worker, "message"))[0] as MoverReport);
    for (const worker of workers) worker.postMessage("go");
    return await Promise.all(reports);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

test("movers in threads of their own: one of each channel wins, no other channel's move is lost", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-race-"));
  const bucket = join(folder, "bucket");
  const store = directoryStore(bucket);
  const channels = Object.entries(seedOf);
  const movers = channels.map(([channel, seed]) => ({ product: "runtime", channel, key: sampleSigner(seed).public }));
  const trust = { root: sampleSigner(1), targets: sampleSigner(2), movers, expires, now };
  const { root } = await ensureTrust(store, trust);

  const reports = await race(bucket, [
    { channel: "stable", seed: seedOf.stable, by: "left", versions: ["1.0.0"] },
    { channel: "stable", seed: seedOf.stable, by: "right", versions: ["2.0.0"] },
    { channel: "beta", seed: seedOf.beta, by: "beta", versions: ["1.0.0", "1.1.0", "1.0.0"] },
    { channel: "nightly", seed: seedOf.nightly, by: "nightly", versions: ["3.0.0", "3.1.0"] },
  ]);

  const winner = reports.find(({ by, refused }) => (by === "left" || by === "right") && refused === undefined);
  const loser = reports.find(({ refused }) => refused !== undefined);
  assert.ok(winner !== undefined && loser !== undefined, JSON.stringify(reports));
  assert.deepEqual([loser.refused?.code, loser.serials], ["SLW-CHANNEL-RACE", []]);
  assert.match(loser.refused?.message ?? "", new RegExp(`by ${winner.by}, `));
  assert.deepEqual(
    reports.filter(({ by }) => by === "beta" || by === "nightly").map(({ serials, refused }) => [serials, refused]),
    [
      [[1, 2, 3], undefined],
      [[1, 2], undefined],
    ],
  );

  const { version, channels: views } = await readSnapshot(store);
  assert.equal(version, 6, "one snapshot for each move that took force");
  assert.deepEqual(
    views.map(({ channel, entry, damaged }) => [channel, entry?.current.version, damaged]),
    [
      ["beta", "1.0.0", []],
      ["nightly", "3.1.0", []],
      ["stable", winner.by === "left" ? "1.0.0" : "2.0.0", []],
    ],
  );
  assert.equal((await journal(store, "runtime", "stable")).length, 1);
  for (const [channel] of channels) {
    const seen = await openChannel(store, root.text, "runtime", channel, join(folder, "memory"));
    const copy = await readFile(join(bucket, `channels/runtime/${channel}.json`), "utf8");
    assert.deepEqual(JSON.parse(copy), seen);
  }
  await rm(folder, { recursive: true });
});
