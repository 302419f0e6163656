import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isoSeconds } from "../clock.ts";
import type { Ed25519Signer } from "../signing/signer.ts";
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
import { openChannel } from "./client.ts";
import { moveChannel } from "./move.ts";
import { journal, planMove, readChannel, readSnapshot } from "./read.ts";
import { ensureTrust, type Trust } from "./trust.ts";

const [root, targets, mover, newRoot, newTargets, newMover] = [1, 2, 3, 4, 5, 6].map(sampleSigner) as [
  Ed25519Signer,
  Ed25519Signer,
  Ed25519Signer,
  Ed25519Signer,
  Ed25519Signer,
  Ed25519Signer,
];

const stable = (key: Ed25519Signer) => ({ product: "runtime", channel: "stable", key: key.public });
const beta = (key: Ed25519Signer) => ({ product: "runtime", channel: "beta", key: key.public });

const trust: Trust = { root, targets, movers: [stable(mover)], expires, now };
/** What a stack that lost its state comes with. */
const lostState: Trust = { ...trust, root: newRoot, targets: newTargets, movers: [stable(newMover), beta(newMover)] };

async function move(store: Store, versions: [string, ...string[]], signer = mover, channel = "stable"): Promise<void> {
  await moveChannel(store, await plannedMove(store, sampleContent(...versions), signer, { channel }));
}

/** Version and serial that a client sees which was given `trustedRoot`. */
async function seen(store: Store, trustedRoot: string, channel = "stable", cache?: string): Promise<string> {
  const folder = cache ?? (await mkdtemp(join(tmpdir(), "slipway-client-")));
  try {
    const { current, serial } = await openChannel(store, trustedRoot, "runtime", channel, folder);
    return `${current.version} #${serial}`;
  } finally {
    if (cache === undefined) await rm(folder, { recursive: true });
  }
}

test("the first trust; the same again writes nothing", async () => {
  const store = memoryStore();
  const first = await ensureTrust(store, trust);
  assert.deepEqual([first.root.version, first.targets.version, first.newTrust], [1, 1, false]);
  assert.equal(first.rootKeyid, root.public.keyid);
  const before = new Map(store.objects);
  assert.deepEqual([...before.keys()].sort(), ["tuf/1.root.json", "tuf/1.targets.json"]);
  const later = { ...trust, now: now + 1000, expires: isoSeconds(now + 3e8), knownRoot: first.root.text };
  assert.deepEqual(await ensureTrust(store, later), first);
  assert.deepEqual(store.objects, before);
});

test("a new channel is a new root and new targets, in force at once with a mover's key; clients follow", async () => {
  const store = memoryStore();
  const first = await ensureTrust(store, trust);
  await move(store, ["1.0.0"]);
  // Only the new channel is named: the other one is forgotten, not withdrawn.
  const next = await ensureTrust(store, { ...trust, movers: [beta(newMover)], moverSigner: mover });
  assert.deepEqual([next.root.version, next.targets.version, next.newTrust], [2, 2, false]);
  assert.equal((await readSnapshot(store)).version, 2);
  await move(store, ["2.0.0"], newMover, "beta");
  assert.equal(await seen(store, first.root.text), "1.0.0 #1");
  assert.equal(await seen(store, first.root.text, "beta"), "2.0.0 #1");
  assert.deepEqual((await readChannel(store, "runtime", "stable")).damaged, []);
});

test("without a mover's key new targets come into force with the next move, of whichever channel", async () => {
  const store = memoryStore();
  const first = await ensureTrust(store, trust);
  await move(store, ["1.0.0"]);
  await ensureTrust(store, { ...trust, movers: [stable(mover), beta(newMover)] });
  assert.deepEqual((await readChannel(store, "runtime", "stable")).damaged, ["tuf/1.snapshot.json"]);
  await move(store, ["2.0.0"], newMover, "beta");
  assert.deepEqual((await readChannel(store, "runtime", "stable")).damaged, []);
  assert.equal(await seen(store, first.root.text), "1.0.0 #1");
});

test("a rotated root key: the next root is signed by both, and clients of the old one follow", async () => {
  const store = memoryStore();
  const first = await ensureTrust(store, trust);
  await move(store, ["1.0.0"]);
  const cache = await mkdtemp(join(tmpdir(), "slipway-client-"));
  await seen(store, first.root.text, "stable", cache);
  const next = await ensureTrust(store, { ...trust, root: newRoot, previousRoot: root });
  assert.deepEqual([next.root.version, next.newTrust], [2, false]);
  assert.equal(await seen(store, first.root.text, "stable", cache), "1.0.0 #1");
  assert.equal(await seen(store, next.root.text), "1.0.0 #1");
  await rm(cache, { recursive: true });
});

test("a rotated channel key: the role is signed again under its next serial; other channels stay readable", async () => {
  const store = memoryStore();
  const movers = [stable(mover), beta(targets)];
  const first = await ensureTrust(store, { ...trust, movers });
  const cache = await mkdtemp(join(tmpdir(), "slipway-client-"));
  await move(store, ["2.0.0"], targets, "beta");
  await move(store, ["1.0.0"]);
  await move(store, ["1.1.0", "1.0.0"]);
  assert.equal(await seen(store, first.root.text, "beta", cache), "2.0.0 #1");
  await ensureTrust(store, { ...trust, movers: [stable(newMover), beta(targets)], moverSigner: newMover });
  assert.equal(await seen(store, first.root.text, "beta", cache), "2.0.0 #1");
  await assert.rejects(seen(store, first.root.text), /not signed by the keys that this root trusts.*SLW-CHANNEL/s);
  const view = await readChannel(store, "runtime", "stable");
  assert.deepEqual([view.serial, view.intact, view.entry?.current.version], [2, false, "1.1.0"]);
  await move(store, ["1.1.0", "1.0.0"], newMover);
  assert.equal(await seen(store, first.root.text, "stable", cache), "1.1.0 #3");
  assert.deepEqual((await readChannel(store, "runtime", "stable")).damaged, []);
  await rm(cache, { recursive: true });
});

test("a lost state starts a new trust: numbers go on, old clients refuse, new ones read what was there", async () => {
  const store = memoryStore();
  const first = await ensureTrust(store, { ...trust, movers: [stable(mover), beta(mover)] });
  await move(store, ["1.0.0"]);
  await move(store, ["1.1.0", "1.0.0"]);
  await move(store, ["2.0.0"], mover, "beta");
  const old = new Map(store.objects);

  const next = await ensureTrust(store, lostState);
  assert.deepEqual([next.root.version, next.targets.version, next.newTrust], [2, 2, true]);
  assert.equal(next.rootKeyid, newRoot.public.keyid);
  const { version, channels } = await readSnapshot(store);
  assert.equal(version, 0, "no snapshot of the keys in force");
  const found = channels.map(({ channel, serial, recovered, entry }) => [
    channel,
    serial,
    recovered,
    entry?.kept.length,
  ]);
  assert.deepEqual(found, [
    ["beta", 1, true, 0],
    ["stable", 2, true, 1],
  ]);

  // One after the other, as a stack's update does; in between the other channel is told apart from one that is gone.
  await move(store, ["1.1.0", "1.0.0"], newMover);
  assert.equal(await seen(store, next.root.text), "1.1.0 #3");
  await assert.rejects(seen(store, next.root.text, "beta"), /nothing is in force/);
  const between = await readChannel(store, "runtime", "beta");
  assert.deepEqual([between.serial, between.entry?.current.version, between.intact], [1, "2.0.0", false]);
  await move(store, ["2.0.0"], newMover, "beta");
  assert.equal(await seen(store, next.root.text, "beta"), "2.0.0 #2");

  const after = await readSnapshot(store);
  assert.equal(after.version, 5);
  assert.deepEqual(
    after.channels.flatMap(({ damaged }) => damaged),
    [],
  );
  await assert.rejects(seen(store, first.root.text), /not signed by the keys that this root trusts/);
  const history = (await journal(store, "runtime", "stable")).map(({ serial }) => serial);
  assert.deepEqual(history, [3, 2, 1]);
  for (const [path, bytes] of old) {
    if (/^tuf\/\d|\.[a-z]+\.json$/.test(path))
      assert.deepEqual(store.objects.get(path), bytes, `${path} was rewritten`);
  }
  assert.equal((await ensureTrust(store, lostState)).newTrust, false);
});

test("a lost state, and death after each write of the run that adopts: the next run completes it", async () => {
  // Also decided with the key of before: then the same content is signed again under a higher serial than asked for.
  for (const [writes, keyid] of Array.from(
    { length: 26 },
    (_, i) => [i >> 1, [mover, newMover][i & 1]?.public.keyid ?? ""] as const,
  )) {
    const store = memoryStore();
    await ensureTrust(store, { ...trust, movers: [stable(mover), beta(mover)] });
    await move(store, ["1.0.0"]);
    await move(store, ["2.0.0"], mover, "beta");
    const run = async (on: Store): Promise<string> => {
      // A program decides on all moves first, then writes.
      const plans = await Promise.all(
        ["stable", "beta"].map(async (channel) => {
          const view = await readChannel(store, "runtime", channel);
          const { current, kept } = view.entry ?? sampleContent("0.0.0");
          return { channel, current, kept, ...planMove(view, { current, kept }, keyid) };
        }),
      );
      const { root } = await ensureTrust(on, { ...lostState, moverSigner: newMover });
      const by = { product: "runtime", by: "up by test", why: "keys were lost", now, expires, signer: newMover };
      for (const plan of plans) await moveChannel(on, { ...by, ...plan });
      return root.text;
    };
    await run(dyingStore(store, writes)).catch((error) => assert.match(String(error), /killed/));
    const text = await run(store);
    assert.match(await seen(store, text), /^1\.0\.0 #/, `after ${writes} writes`);
    assert.match(await seen(store, text, "beta"), /^2\.0\.0 #/, `after ${writes} writes`);
    assert.deepEqual(
      (await readSnapshot(store)).channels.flatMap(({ damaged }) => damaged),
      [],
    );
  }
});

test("a damaged or missing newest root comes back from the text that the state remembers", async () => {
  for (const damaged of [undefined, Buffer.from("{}"), Buffer.alloc(600_000, 32)]) {
    const store = memoryStore();
    await ensureTrust(store, trust);
    const { root: known } = await ensureTrust(store, { ...trust, movers: [beta(newMover)] });
    if (damaged === undefined) store.objects.delete("tuf/2.root.json");
    else store.objects.set("tuf/2.root.json", damaged);
    const state = await ensureTrust(store, { ...trust, movers: [beta(newMover)], knownRoot: known.text });
    assert.deepEqual([state.root, state.newTrust], [known, false]);
    assert.equal(store.objects.get("tuf/2.root.json")?.toString(), known.text);
  }
});

test("a damaged root that nobody remembers is written anew under its number, so that clients get past it", async () => {
  const store = memoryStore();
  const first = await ensureTrust(store, trust);
  await ensureTrust(store, { ...trust, movers: [beta(mover)] });
  store.objects.set("tuf/2.root.json", Buffer.from("garbage"));
  const state = await ensureTrust(store, { ...trust, movers: [beta(mover)] });
  assert.deepEqual([state.root.version, state.newTrust], [2, false]);
  await move(store, ["1.0.0"]);
  assert.equal(await seen(store, first.root.text), "1.0.0 #1");
});

test("damaged targets are written anew under the next number; until then no mover signs over them", async () => {
  const store = memoryStore();
  const first = await ensureTrust(store, trust);
  await move(store, ["1.0.0"]);
  store.objects.delete("tuf/1.targets.json");
  const before = new Map(store.objects);
  await assert.rejects(move(store, ["1.1.0"]), /tuf\/1\.targets\.json is missing.*SLW-STORE-DAMAGED/);
  assert.deepEqual(store.objects, before);
  const state = await ensureTrust(store, trust);
  assert.equal(state.targets.version, 2);
  await move(store, ["1.1.0"]);
  assert.equal(await seen(store, first.root.text), "1.1.0 #2");
});

test("expired trust is renewed", async () => {
  const store = memoryStore();
  const first = await ensureTrust(store, { ...trust, expires: isoSeconds(now + 100) });
  const renewed = await ensureTrust(store, { ...trust, now: now + 100 });
  assert.deepEqual([first.root.version, renewed.root.version, renewed.targets.version], [1, 2, 2]);
});

test("a remembered root that does not sign itself is refused", async () => {
  const store = memoryStore();
  const { root: known } = await ensureTrust(store, trust);
  const knownRoot = known.text.replace(expires, "2037-11-22T10:00:00Z");
  await assert.rejects(ensureTrust(store, { ...trust, knownRoot }), /does not sign itself.*SLW-KEY/);
});

test("two stacks that add a channel at the same moment: both are there", async () => {
  const store = memoryStore();
  await ensureTrust(store, trust);
  await Promise.all([
    ensureTrust(store, { ...trust, movers: [stable(mover), beta(mover)] }),
    ensureTrust(store, { ...trust, movers: [stable(mover), { ...beta(newMover), channel: "nightly" }] }),
  ]);
  const names = async (): Promise<string[]> => {
    const { targets } = await ensureTrust(store, { ...trust, movers: [] });
    return (
      JSON.parse(targets.text) as { signed: { delegations: { roles: { name: string }[] } } }
    ).signed.delegations.roles.map(({ name }) => name);
  };
  assert.deepEqual(await names(), ["runtime-beta", "runtime-nightly", "runtime-stable"]);
});
