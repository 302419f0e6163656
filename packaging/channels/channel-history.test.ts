import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../digest.ts";
import { dyingStore, now, plannedMove, sampleContent, sampleSigner } from "./__fixtures__/bucket.ts";
import { mover, newBucket, trust } from "./__fixtures__/runtime-channels.ts";
import { moveAsBefore } from "./__fixtures__/signed-entries.ts";
import { archiveSigner, publishSigned } from "./__fixtures__/signed-releases.ts";
import { channelHistory } from "./channel-history.ts";
import type { ChannelContent } from "./entry.ts";
import { moveChannel } from "./move.ts";
import { journal } from "./read.ts";
import { ensureTrust } from "./trust.ts";

type Bucket = Awaited<ReturnType<typeof newBucket>>;

/** The n-th move of a test happens n minutes after the first. */
const minute = (n: number) => now + 60 * n;

async function move(store: Bucket, at: number, content: ChannelContent, signer = mover): Promise<string> {
  const planned = await plannedMove(store, content, signer, { now: minute(at), by: `person ${at}` });
  return (await moveChannel(store, planned)).entryPath;
}

/** One word for each move: `3 rollback 1.0.0 10:02-10:03 person 2`. */
async function told(store: Bucket): Promise<readonly string[]> {
  const { moves } = await channelHistory(store, "runtime", "stable");
  const clock = (time: string | undefined) => time?.slice(11, 16) ?? "?";
  return moves.map(({ serial, kind, entry, until, live }) =>
    entry === undefined
      ? `${serial} lost ?-${clock(until)}`
      : `${serial} ${kind} ${entry.current.version} ${clock(entry.moved.at)}-${live ? "now" : clock(until)} ${entry.moved.by}`,
  );
}

test("release, promotion, rollback: what was live when, by whose update, signed by which keys", async () => {
  const store = await newBucket();
  const [first, second] = [await archiveSigner(store), await archiveSigner(store)];
  const one = await publishSigned(store, "1.0.0", [first]);
  const two = await publishSigned(store, "1.1.0", [second, first]);
  await move(store, 0, { current: one, kept: [] });
  await move(store, 1, { current: two, kept: [one] });
  // The writer of serial 3 died before its move was in force: it was never live.
  const lost = await plannedMove(store, { current: one, kept: [] }, mover, { now: minute(2) });
  await assert.rejects(moveChannel(dyingStore(store, 2), lost), /killed/);
  await move(store, 3, { current: one, kept: [] });

  const history = await channelHistory(store, "runtime", "stable");
  assert.deepEqual(await told(store), [
    "4 rollback 1.0.0 10:03-now person 3",
    "2 release 1.1.0 10:01-10:03 person 1",
    "1 first 1.0.0 10:00-10:01 person 0",
  ]);
  const both = [first.public.fingerprint, second.public.fingerprint].sort();
  assert.deepEqual(
    history.moves.map(({ roleKeys, sumsKeys }) => [roleKeys, [...sumsKeys].sort()]),
    [
      [[mover.public.keyid], [first.public.fingerprint]],
      [[mover.public.keyid], both],
      [[mover.public.keyid], [first.public.fingerprint]],
    ],
  );
  assert.deepEqual(history.findings, []);
});

test("a channel whose key changed: each move shows the key that signed it, and the content signed anew is no release", async () => {
  const store = await newBucket();
  const next = sampleSigner(5);
  await move(store, 0, sampleContent("1.0.0"));
  await ensureTrust(store, {
    ...trust,
    movers: trust.movers.map((one) => (one.channel === "stable" ? { ...one, key: next.public } : one)),
  });
  await move(store, 1, sampleContent("1.0.0"), next);
  const { moves } = await channelHistory(store, "runtime", "stable");
  assert.deepEqual(
    moves.map(({ kind, roleKeys }) => [kind, roleKeys]),
    [
      ["signed anew", [next.public.keyid]],
      ["first", [mover.public.keyid]],
    ],
  );
});

/** Four releases; the third one's writer died after its role file. */
async function fourMoves(): Promise<{ readonly store: Bucket; readonly entries: readonly string[] }> {
  const store = await newBucket();
  const archive = await archiveSigner(store);
  const entries: string[] = [];
  for (const [at, version] of ["1.0.0", "1.1.0", "1.2.0", "1.3.0"].entries()) {
    const content = { current: await publishSigned(store, version, [archive]), kept: [] };
    if (at === 2) {
      const planned = await plannedMove(store, content, mover);
      await assert.rejects(moveChannel(dyingStore(store, 2), planned), /killed/);
    } else entries.push(await move(store, at, content));
  }
  return { store, entries };
}

const whole = [
  "4 release 1.3.0 10:03-now person 3",
  "2 release 1.1.0 10:01-10:03 person 1",
  "1 first 1.0.0 10:00-10:01 person 0",
];

test("whatever one object is lost or altered: it is named, and what can be told is told", async () => {
  const { store, entries } = await fourMoves();
  const [first = "", second = "", newest = ""] = entries;
  const [three = "", two = "", one = ""] = whole;
  const cases: readonly (readonly [path: string, told: readonly string[]])[] = [
    // The copy for scripts says the same, and the signed role says that it is the same.
    [newest, whole],
    [second, [three.replace("release", "unknown"), "2 lost ?-10:03", one.replace("10:01", "?")]],
    [first, [three, two.replace("release", "unknown"), "1 lost ?-10:01"]],
    ["tuf/1.runtime-stable.json", whole],
    ["tuf/2.runtime-stable.json", whole],
    ["tuf/1.snapshot.json", whole],
  ];
  for (const [path, expected] of cases) {
    const bytes = store.objects.get(path);
    assert.ok(bytes, path);
    for (const damage of ["missing", "altered"]) {
      if (damage === "missing") store.objects.delete(path);
      else store.objects.set(path, Buffer.from(bytes.toString().replace(/\d(?=\D*$)/, "x")));
      const { findings } = await channelHistory(store, "runtime", "stable");
      const [found] = findings.filter((finding) => finding.path === path);
      assert.match(found?.sentence ?? "", new RegExp(`is ${damage}`), `${path} ${damage}`);
      assert.deepEqual(await told(store), expected, `${path} ${damage}`);
    }
    store.objects.set(path, bytes);
  }
  for (const path of [newest, "channels/runtime/stable.json"]) store.objects.delete(path);
  assert.deepEqual(await told(store), ["4 lost ?-?", two.replace("10:03", "?"), one]);
});

test("a move without its role's file has no key; a record that is not the one named has no signature", async () => {
  const { store } = await fourMoves();
  store.objects.delete("tuf/2.runtime-stable.json");
  const [record = ""] = [...store.objects.keys()].filter((path) => /1\.0\.0.*release\.json$/.test(path));
  store.objects.set(record, Buffer.from("{}"));
  const { moves, findings } = await channelHistory(store, "runtime", "stable");
  assert.deepEqual(
    moves.map(({ serial, roleKeys, sumsKeys }) => [serial, roleKeys.length, sumsKeys.length]),
    [
      [4, 1, 1],
      [2, 0, 1],
      [1, 1, 0],
    ],
  );
  assert.deepEqual(findings.map(({ sentence }) => sentence).sort(), [
    `${record} is altered`,
    "tuf/2.runtime-stable.json is missing",
  ]);
});

test("without old snapshots nobody can tell who lost: then every signed role file past a lost link counts", async () => {
  const { store, entries } = await fourMoves();
  await move(store, 4, sampleContent("1.4.0"));
  store.objects.delete(entries[2] ?? "");
  assert.deepEqual(
    (await journal(store, "runtime", "stable")).map(({ serial }) => serial),
    [5, 2, 1],
  );
  store.objects.delete("tuf/1.snapshot.json");
  assert.deepEqual(
    (await journal(store, "runtime", "stable")).map(({ serial }) => serial),
    [5, 3, 2, 1],
  );
});

test("an entry that counts otherwise than the move before it is named, whoever signed it", async () => {
  const store = await newBucket();
  const archive = await archiveSigner(store);
  const [one, two] = [await publishSigned(store, "1.0.0", [archive]), await publishSigned(store, "1.1.0", [archive])];
  await moveAsBefore(store, { current: two, kept: [] });
  await moveAsBefore(store, { current: one, kept: [] });
  await move(store, 2, { current: two, kept: [one] });
  const findings = async () => (await channelHistory(store, "runtime", "stable")).findings;
  assert.deepEqual(await findings(), [], "the move before does not count");
  const past = { lowered: 1, before: "1.1.0", highest: "1.1.0" };
  await moveAsBefore(store, { current: one, kept: [] }, { schema: 2, past });
  const wrong = `channels/runtime/${sha256(store.objects.get("channels/runtime/stable.json") ?? "")}.stable.json`;
  assert.deepEqual(await findings(), [
    {
      kind: "damaged",
      path: wrong,
      sentence: `${wrong} counts otherwise than the move before it, serial 3`,
      expected: "lowered 2, before 1.1.0, highest 1.1.0",
      found: "lowered 1, before 1.1.0, highest 1.1.0",
    },
  ]);
  await move(store, 4, { current: two, kept: [] });
  assert.equal((await findings()).length, 1, "what follows from it is right again");
});

test("a channel that was never moved has no history", async () => {
  const { moves } = await channelHistory(await newBucket(), "runtime", "stable");
  assert.deepEqual(moves, []);
});
