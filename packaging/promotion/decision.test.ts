import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { sampleContent, sampleRecord } from "../channels/__fixtures__/bucket.ts";
import type { ChannelRecord } from "../channels/entry.ts";
import { sha256 } from "../digest.ts";
import { type TwoChannels, twoChannels } from "./__fixtures__/two-channels.ts";
import { type Decision, decide } from "./decision.ts";

/** A decision as one line: which version, who vouches for it since which serial, after what. */
function said({ named, vouchedBy, serial, before, current, back }: Decision): string {
  const way = back ? "back to" : "to";
  return `${way} ${named.folder} by ${vouchedBy} ${serial}, after ${before?.folder}, serving ${current?.folder}`;
}

async function decided({ at, channels }: TwoChannels, wanted: string | undefined): Promise<string> {
  return said(await decide(at, "runtime", wanted, channels));
}

/** Decides, moves, and decides again: but for what is served, the decision must be the same. */
async function promote(bucket: TwoChannels, version: string, ...kept: readonly string[]): Promise<string> {
  const first = await decide(bucket.at, "runtime", version, bucket.channels);
  await bucket.move("stable", version, ...kept);
  const { current, vouched, moved, proven, ...again } = await decide(bucket.at, "runtime", version, bucket.channels);
  assert.equal(current?.version, version);
  assert.ok(vouched.has(first.named.record.sha256));
  assert.ok(moved && proven);
  const { vouched: _, ...before } = first;
  const { current: served, moved: was, proven: could } = before;
  assert.deepEqual({ ...again, current: served, moved: was, proven: could }, before);
  return said(first);
}

test("the first promotion has nothing before it", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.0.0");
  assert.equal(await promote(bucket, "1.0.0"), "to 1.0.0 by candidate 1, after undefined, serving undefined");
});

test("forward, back, forward again, and over what was taken back: a move and its steady state decide the same", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.0.0");
  await promote(bucket, "1.0.0");
  await bucket.move("candidate", "1.1.0", "1.0.0");
  assert.equal(await promote(bucket, "1.1.0", "1.0.0"), "to 1.1.0 by candidate 2, after 1.0.0, serving 1.0.0");
  assert.equal(await promote(bucket, "1.0.0"), "back to 1.0.0 by stable 1, after 1.1.0, serving 1.1.0");
  assert.equal(await promote(bucket, "1.1.0", "1.0.0"), "to 1.1.0 by candidate 2, after 1.0.0, serving 1.0.0");
  assert.equal(await promote(bucket, "1.0.0"), "back to 1.0.0 by stable 3, after 1.1.0, serving 1.1.0");
  await bucket.move("candidate", "1.2.0", "1.1.0");
  assert.equal(await promote(bucket, "1.2.0", "1.0.0"), "to 1.2.0 by candidate 3, after 1.0.0, serving 1.0.0");
});

test("the source moving on changes no decision, also where it names the version no more", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.0.0");
  await promote(bucket, "1.0.0");
  const before = await decided(bucket, "1.0.0");
  for (const [version, ...kept] of [["1.1.0", "1.0.0"], ["1.2.0", "1.1.0"], ["1.3.0"]] as const) {
    await bucket.move("candidate", version, ...kept);
    assert.equal(await decided(bucket, "1.0.0"), before);
  }
});

test("signing a channel anew is no move", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.0.0");
  await promote(bucket, "1.0.0");
  await bucket.move("candidate", "1.1.0", "1.0.0");
  await promote(bucket, "1.1.0", "1.0.0");
  const before = await decided(bucket, "1.1.0");
  for (const channel of ["stable", "candidate"] as const) {
    await bucket.point(channel, sampleContent("1.1.0", "1.0.0"), { serial: 9, after: 2 });
    assert.equal(await decided(bucket, "1.1.0"), before);
  }
});

test("without a version it is what the source serves", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.0.0");
  await bucket.move("candidate", "1.1.0", "1.0.0");
  assert.equal(await decided(bucket, undefined), "to 1.1.0 by candidate 2, after undefined, serving undefined");
});

test("a lower version that the channel never served is the source's to vouch for, and no way back", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.0.0");
  await bucket.move("candidate", "1.1.0", "1.0.0");
  // Kept from elsewhere and never pointed at.
  await promote(bucket, "1.1.0", "1.0.0");
  assert.equal(await decided(bucket, "1.0.0"), "to 1.0.0 by candidate 1, after 1.1.0, serving 1.1.0");
});

test("going back asks no other channel: the source may be gone", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.0.0");
  await promote(bucket, "1.0.0");
  await bucket.move("candidate", "1.1.0");
  await promote(bucket, "1.1.0", "1.0.0");
  for (const path of ["tuf/2.runtime-candidate.json", "channels/runtime/candidate.json"]) {
    assert.ok(bucket.at.store.objects.delete(path));
  }
  // On a machine that saw neither channel before.
  const fresh = { ...bucket, at: { ...bucket.at, cacheFolder: join(bucket.at.cacheFolder, "fresh") } };
  assert.equal(await decided(fresh, "1.0.0"), "back to 1.0.0 by stable 1, after 1.1.0, serving 1.1.0");
  await assert.rejects(decided(fresh, "1.2.0"), { code: "SLW-CHANNEL", message: /candidate.* is missing/ });
});

test("what a channel that nobody signed says it keeps is not vouched for", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.1.0", "1.0.0");
  await bucket.move("stable", "1.1.0", "0.9.0");
  const digest = (version: string) => sampleRecord(version).record.sha256;
  const whole = await decide(bucket.at, "runtime", "1.1.0", bucket.channels);
  assert.deepEqual(whole.vouched, new Set([digest("1.1.0"), digest("0.9.0")]));
  // A machine that never saw the channel whole.
  await rm(join(bucket.at.cacheFolder, "tuf"), { recursive: true });
  const role = "tuf/1.runtime-stable.json";
  const text = bucket.at.store.objects.get(role)?.toString() ?? "";
  bucket.at.store.objects.set(role, Buffer.from(text.replace(/"sig": "../, '"sig": "00')));
  const damaged = await decide(bucket.at, "runtime", "1.1.0", bucket.channels);
  assert.deepEqual(damaged.vouched, new Set([digest("1.1.0"), digest("1.0.0")]));
});

test("a version that neither channel named is refused, with those that are named", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.1.0", "1.0.0");
  await promote(bucket, "1.1.0", "1.0.0");
  for (const version of ["0.9.0", "1.2.0", "1.1.0+0123456789ab"]) {
    await assert.rejects(decided(bucket, version), {
      code: "SLW-VERSION",
      message: new RegExp(
        `asks for runtime ${version.replace("+", "\\+")}, which channel candidate never named[^]*It names 1\\.1\\.0, 1\\.0\\.0\\.`,
      ),
    });
  }
});

test("what the source took back is refused, except where it is served already", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.0.0");
  await promote(bucket, "1.0.0");
  await bucket.move("candidate", "1.1.0", "1.0.0");
  await bucket.move("candidate", "1.0.0");
  await assert.rejects(decided(bucket, "1.1.0"), {
    code: "SLW-VERSION",
    message: /asks for runtime 1\.1\.0, which channel candidate took back: it went from there to 1\.0\.0/,
  });
  await bucket.move("candidate", "1.2.0", "1.0.0");
  await assert.rejects(
    decided(bucket, "1.1.0"),
    { code: "SLW-VERSION", message: /took back/ },
    "going on changes nothing",
  );
  // It is live: the next update with nothing to do must not end because of it, nor a way back to it.
  await bucket.move("stable", "1.1.0", "1.0.0");
  const served = await decided(bucket, "1.1.0");
  assert.equal(served, "to 1.1.0 by candidate 2, after 1.0.0, serving 1.1.0");
  assert.equal(await promote(bucket, "1.0.0"), "back to 1.0.0 by stable 1, after 1.1.0, serving 1.1.0");
  await bucket.move("candidate", "1.1.0", "1.0.0");
  assert.equal(await promote(bucket, "1.1.0", "1.0.0"), "to 1.1.0 by candidate 5, after 1.0.0, serving 1.0.0");
});

test("a source that was never moved, and a product without a channel, are refused", async (t) => {
  const bucket = await twoChannels(t);
  await assert.rejects(decided(bucket, "1.0.0"), { code: "SLW-CHANNEL", message: /nothing is in force/ });
  await bucket.move("stable", "1.0.0");
  await assert.rejects(decided(bucket, "1.1.0"), { code: "SLW-CHANNEL", message: /candidate.*nothing is in force/ });
  await assert.rejects(decide(bucket.at, "other", "1.0.0", bucket.channels), { code: "SLW-CHANNEL" });
});

test("a root that is trusted by mistake opens nothing", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.0.0");
  const strange = (await twoChannels(t)).channels.trustedRoot.replace(/"sig": "../, '"sig": "00');
  for (const trustedRoot of ["", "{}", strange]) {
    const channels = { ...bucket.channels, trustedRoot };
    await assert.rejects(decide(bucket.at, "runtime", "1.0.0", channels), { code: "SLW-CHANNEL" });
  }
});

/** Stable served 1.0.0 and serves 1.1.0, whose role is not in force any more; candidate has both. */
async function outOfForce(t: TestContext, how: "expired" | "unsigned"): Promise<TwoChannels> {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.1.0", "1.0.0");
  await bucket.move("stable", "1.0.0");
  const expires = how === "expired" ? { expires: "2026-01-01T00:00:00Z" } : {};
  await bucket.point("stable", sampleContent("1.1.0", "1.0.0"), expires);
  if (how === "unsigned") {
    const { objects } = bucket.at.store;
    const role = objects.get("tuf/2.runtime-stable.json")?.toString() ?? "";
    objects.set("tuf/2.runtime-stable.json", Buffer.from(role.replace(/"sig": "../, '"sig": "00')));
  }
  // Another channel's move signs snapshot and timestamp anew.
  await bucket.move("candidate", "1.2.0", "1.1.0", "1.0.0");
  return bucket;
}

for (const how of ["expired", "unsigned"] as const) {
  test(`a channel that is ${how} vouches for nothing, and is served all the same: gates hear of it`, async (t) => {
    const bucket = await outOfForce(t, how);
    assert.equal(await decided(bucket, "1.1.0"), "to 1.1.0 by candidate 1, after 1.0.0, serving 1.1.0");
    assert.equal(await decided(bucket, "1.2.0"), "to 1.2.0 by candidate 2, after 1.1.0, serving 1.1.0");
    // The source vouches for the bytes; that they were served, an entry has to tell that keys vouch for.
    const way = how === "expired" ? "back to" : "to";
    assert.equal(await decided(bucket, "1.0.0"), `${way} 1.0.0 by candidate 1, after 1.1.0, serving 1.1.0`);
  });
}

test("a lower version that an expired channel never served is no way back", async (t) => {
  const bucket = await outOfForce(t, "expired");
  await bucket.move("candidate", "1.2.0", "0.9.0");
  assert.equal(await decided(bucket, "0.9.0"), "to 0.9.0 by candidate 3, after 1.1.0, serving 1.1.0");
});

test("of an expired channel other bytes under a version that it served are no way back", async (t) => {
  const bucket = await outOfForce(t, "expired");
  const { current, kept } = sampleContent("1.2.0", "1.0.0");
  const otherBytes = kept.map(({ version, folder, record }): ChannelRecord => {
    return { version, folder, record: { ...record, sha256: sha256("other bytes") } };
  });
  await bucket.point("candidate", { current, kept: otherBytes });
  const { named, back } = await decide(bucket.at, "runtime", "1.0.0", bucket.channels);
  assert.deepEqual([named.record.sha256, back], [sha256("other bytes"), false]);
});

test("where a link of the channel's chain is lost, what lies behind it counts for nothing", async (t) => {
  const bucket = await twoChannels(t);
  await bucket.move("candidate", "1.0.0");
  const first = await bucket.move("stable", "1.0.0");
  await bucket.move("candidate", "1.1.0", "1.0.0");
  await bucket.move("stable", "1.1.0", "1.0.0");
  bucket.at.store.objects.delete(first.entryPath);
  assert.equal(await decided(bucket, "1.0.0"), "to 1.0.0 by candidate 1, after 1.1.0, serving 1.1.0");
  assert.equal(await decided(bucket, "1.1.0"), "to 1.1.0 by candidate 2, after undefined, serving 1.1.0");
});

test("one exact folder of a version is taken, and no other of that version", async (t) => {
  const bucket = await twoChannels(t);
  const folders = ["1.0.0+aaaaaaaaaaaa", "1.0.0+bbbbbbbbbbbb"].map((folder) => ({
    ...sampleRecord(folder),
    version: "1.0.0",
  }));
  for (const current of folders) await bucket.point("candidate", { current, kept: [] });
  assert.equal(
    await decided(bucket, "1.0.0"),
    "to 1.0.0+bbbbbbbbbbbb by candidate 2, after undefined, serving undefined",
  );
  assert.equal(
    await decided(bucket, "1.0.0+aaaaaaaaaaaa"),
    "to 1.0.0+aaaaaaaaaaaa by candidate 1, after undefined, serving undefined",
  );
});
