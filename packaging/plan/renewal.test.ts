import assert from "node:assert/strict";
import { test } from "node:test";
import { now } from "../channels/__fixtures__/bucket.ts";
import { mover, newBucket, seenByClient } from "../channels/__fixtures__/runtime-channels.ts";
import { moveChannel } from "../channels/move.ts";
import { journal } from "../channels/read.ts";
import { isoSeconds } from "../clock.ts";
import { renewalTime, validity } from "../lifecycle/expiry.ts";
import { builtRelease } from "../record/__fixtures__/release.ts";
import type { Store } from "../store/store.ts";
import { type ChannelPlan, moveOf, planChannel } from "./channel-plan.ts";
import type { Release } from "./release-plan.ts";

const day = 86_400;
const lifetime = 90;
const { record, text, sha256 } = builtRelease();
const path = "releases/runtime/1.0.0/release.json";
const release: Release = {
  product: "runtime",
  version: "1.0.0",
  folder: "1.0.0",
  record,
  recordObject: { path, size: Buffer.byteLength(text), sha256 },
};

/** The plan of a stack that keeps pointing stable at 1.0.0, on a day after its first move. */
function planOn(store: Store, days: number): Promise<ChannelPlan> {
  return planChannel(store, release, "stable", { keep: 3, renewBefore: renewalTime(now + days * day, lifetime) });
}

/** Plans and, where the plan asks for it, moves; gives the move's number and why. */
async function update(store: Store, days: number): Promise<string> {
  const plan = await planOn(store, days);
  const wanted = moveOf(plan, mover.public.keyid);
  assert.ok(wanted);
  const at = now + days * day;
  const { current, kept, product, channel } = plan;
  const expires = isoSeconds(at + validity(lifetime));
  const moved = await moveChannel(store, {
    product,
    channel,
    current,
    kept,
    ...wanted,
    by: "up",
    now: at,
    expires,
    signer: mover,
  });
  assert.equal(moved.serial, wanted.serial);
  return `${wanted.serial}: ${wanted.why}`;
}

test("a channel whose metadata ends soon gets the next serial, says why, and is signed anew by the move", async () => {
  const store = await newBucket();
  assert.equal(await update(store, 0), "1: release 1.0.0");
  assert.equal(await update(store, 59), "1: release 1.0.0", "a third of its life is left");
  const objects = new Map(store.objects);
  assert.equal((await planOn(store, 60)).renew, false);
  assert.deepEqual(store.objects, objects, "a plan writes nothing");

  assert.equal((await planOn(store, 61)).renew, true);
  assert.deepEqual(moveOf(await planOn(store, 61), mover.public.keyid), {
    serial: 2,
    after: 1,
    why: `signed anew: the metadata in force ends at ${isoSeconds(now + 90 * day)}`,
  });
  assert.match(await update(store, 61), /^2: signed anew/);
  const plan = await planOn(store, 61);
  assert.deepEqual([plan.renew, plan.before, plan.now.expires], [false, undefined, isoSeconds(now + 151 * day)]);
  assert.match(await update(store, 62), /^2: /, "and from then on nothing is to do");

  const entries = await journal(store, "runtime", "stable");
  assert.deepEqual(
    entries.map(({ serial, current }) => `${serial} ${current.version}`),
    ["2 1.0.0", "1 1.0.0"],
  );
  assert.equal((await seenByClient(store)).serial, 2);
});

test("also what has ended already is signed anew, and clients believe it again", async () => {
  const store = await newBucket();
  // The bucket's own days lie in the future of this machine's clock: what ended must have ended for it too.
  const longAgo = -400;
  assert.equal(await update(store, longAgo), "1: release 1.0.0");
  await assert.rejects(seenByClient(store), { code: "SLW-CHANNEL", message: /is expired/ });
  assert.match(await update(store, 30), /^2: signed anew: the metadata in force ends at 2026-01-/);
  assert.equal((await seenByClient(store)).serial, 2);
});

test("without a lifetime nothing is renewed", async () => {
  const store = await newBucket();
  await update(store, 0);
  assert.equal((await planChannel(store, release, "stable", { keep: 3 })).renew, false);
});

test("renewal waits for the key that is to sign: what cannot be told without it is not told", async () => {
  const store = await newBucket();
  await update(store, 0);
  assert.equal(moveOf(await planOn(store, 80), undefined), undefined);
});
