import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ChannelContent, ChannelRecord } from "../channels/entry.ts";
import { sha256 } from "../digest.ts";
import { refuseByGates } from "../gates/gates.ts";
import type { Release } from "../plan/release-plan.ts";
import { builtRelease } from "../record/__fixtures__/release.ts";
import { recordText } from "../record/record.ts";
import { type TwoChannels, twoChannels } from "./__fixtures__/two-channels.ts";
import { candidateFacts } from "./candidate-facts.ts";

const log = { file: "log.md", entries: [] };

/** A version whose artifacts have `size` bytes each. */
function releaseOf(version: string, size: number): Release {
  const built = builtRelease().record;
  const artifacts = built.artifacts.map((artifact) => ({ ...artifact, size }));
  const record = { ...built, version, budget: { growth: 10 }, artifacts };
  const text = recordText(record);
  const path = `releases/runtime/${version}/release.json`;
  const recordObject = { path, size: Buffer.byteLength(text), sha256: sha256(text) };
  return { product: "runtime", version, folder: version, record, recordObject };
}

async function serve({ at, point }: TwoChannels, { version, folder, record, recordObject }: Release): Promise<void> {
  await at.store.create(recordObject.path, Buffer.from(recordText(record)));
  const current: ChannelRecord = { version, folder, record: recordObject };
  await point("candidate", { current, kept: [] } satisfies ChannelContent);
}

async function served(t: TestContext, ...releases: readonly Release[]): Promise<TwoChannels> {
  const bucket = await twoChannels(t);
  for (const release of releases) await serve(bucket, release);
  return bucket;
}

test("a first candidate has nothing that it could be lower or larger than", async (t) => {
  const { at } = await served(t);
  const facts = await candidateFacts(at, releaseOf("1.0.0", 100), "candidate", log);
  assert.deepEqual([facts.serving, facts.served, facts.growth, facts.listed], [null, [], 10, null]);
  assert.ok(
    facts.artifacts.every(({ size, sha256: digest, found }) => found?.size === size && found.sha256 === digest),
  );
  refuseByGates(facts);
});

test("the next one is judged by what the channel serves, and nothing of what it served before matters", async (t) => {
  const [first, second] = [releaseOf("1.0.0", 100), releaseOf("1.1.0", 105)];
  const { at } = await served(t, first, second);
  const facts = await candidateFacts(at, releaseOf("1.2.0", 200), "candidate", log);
  assert.deepEqual(facts.serving, {
    version: "1.1.0",
    record: second.recordObject.sha256,
    sizes: { "linux-aarch64": 105, "linux-x86_64": 105 },
  });
  assert.deepEqual(facts.served, []);
  assert.throws(() => refuseByGates(facts), { code: "SLW-GATE", message: /grows by more than its budget of 10 %/ });
});

test("a lower version passes where the channel served these bytes, and nowhere else", async (t) => {
  const [first, second] = [releaseOf("1.0.0", 200), releaseOf("1.1.0", 100)];
  const { at } = await served(t, first, second);
  const back = await candidateFacts(at, first, "candidate", log);
  assert.deepEqual([back.serving?.version, back.served], ["1.1.0", [first.recordObject.sha256]]);
  refuseByGates(back);
  for (const other of [releaseOf("0.9.0", 100), releaseOf("1.0.0", 101)]) {
    const facts = await candidateFacts(at, other, "candidate", log);
    assert.throws(() => refuseByGates(facts), { code: "SLW-GATE", message: /never served/ });
  }
});

test("the same release again is nothing to object to", async (t) => {
  const release = releaseOf("1.0.0", 100);
  const { at } = await served(t, release);
  refuseByGates(await candidateFacts(at, release, "candidate", log));
});

test("a target is dropped by an entry of the log that says so, and by nothing else", async (t) => {
  const before = releaseOf("1.0.0", 100);
  const { at } = await served(t, before);
  const whole = releaseOf("1.1.0", 100);
  const artifacts = whole.record.artifacts.filter(({ target }) => target !== "linux-aarch64");
  const release = { ...whole, record: { ...whole.record, artifacts } };
  const facts = await candidateFacts(at, release, "candidate", log);
  assert.throws(() => refuseByGates(facts), { code: "SLW-GATE", message: /log\.md say "drops: linux-aarch64"/ });
  const record = release.recordObject.sha256;
  const entry = {
    product: "runtime",
    version: "1.1.0",
    record,
    evidence: "https://e.example",
    drops: ["linux-aarch64"],
  };
  refuseByGates(await candidateFacts(at, release, "candidate", { ...log, entries: [entry] }));
});
