import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { archiveSigner } from "../channels/__fixtures__/signed-releases.ts";
import type { ChannelRecord } from "../channels/entry.ts";
import { parseRecord } from "../record/record.ts";
import { sumsText } from "../record/sums.ts";
import { twoChannels } from "./__fixtures__/two-channels.ts";
import { bumped } from "./__fixtures__/version-bump.ts";
import { commentMarkdown } from "./comment.ts";
import { type Promotion, planPromotion } from "./plan.ts";

const evidence = "https://evidence.example/1.1.0";

/** Candidate has 1.0.0 and 1.1.0, as far as records and inventories go; `plan` promotes to stable. */
async function published(t: TestContext) {
  const { at, channels, point } = await twoChannels(t);
  const signer = (await archiveSigner(at.store)).public;
  const named = new Map<string, ChannelRecord>();
  for (const [level, version] of ["1.0.0", "1.1.0"].entries()) {
    const { text, sha256, inventories } = bumped({ version, level: level + 1 });
    const base = `releases/runtime/${version}`;
    await at.store.create(`${base}/release.json`, Buffer.from(text));
    await at.store.create(`${base}/SHA256SUMS`, Buffer.from(sumsText(parseRecord(Buffer.from(text), base))));
    for (const [path, inventory] of inventories) await at.store.create(`${base}/${path}`, Buffer.from(inventory));
    const record = { path: `${base}/release.json`, size: Buffer.byteLength(text), sha256 };
    named.set(version, { version, folder: version, record });
  }
  const entry = (version: string, record = named.get(version)?.record.sha256 ?? "") => {
    return { product: "runtime", version, record, evidence, drops: [] };
  };
  const move = (channel: "candidate" | "stable", ...versions: readonly string[]) => {
    const [current, ...kept] = versions.flatMap((version) => named.get(version) ?? []);
    assert.ok(current);
    return point(channel, { current, kept });
  };
  const plan = (version: string, needed = true): Promise<Promotion> =>
    planPromotion(at, "runtime", version, {
      ...channels,
      signers: [signer],
      depth: "quick",
      governance: { needed, file: "log.md", entries: [entry("1.1.0"), entry("1.1.0", "0".repeat(64))] },
    });
  await move("candidate", "1.0.0");
  await move("candidate", "1.1.0", "1.0.0");
  return { store: at.store, named, move, plan };
}

/** The first line of what a reviewer reads. */
function headline({ facts, difference, lost, users }: Promotion): string {
  const { product, version, channel } = facts;
  return commentMarkdown([{ product, version, channel, difference, lost, users }]).split("\n", 1)[0] ?? "";
}

test("a first promotion has no difference to tell; nothing is written by planning it", async (t) => {
  const { store, named, plan } = await published(t);
  const before = new Map(store.objects);
  const promotion = await plan("1.1.0");
  assert.equal(headline(promotion), "### `runtime 1.1.0`, the first on stable");
  const { serving, served, listed, from, record, governance, signatures, artifacts } = promotion.facts;
  assert.deepEqual([serving, served, listed, from], [null, [], 2, "candidate"]);
  assert.equal(record, named.get("1.1.0")?.record.sha256);
  assert.equal(governance.entry?.record, record, "the newest entry counts");
  assert.deepEqual(signatures.found, []);
  assert.ok(artifacts.length === 6 && artifacts.every(({ found }) => found === null));
  assert.deepEqual(promotion.plan.jobs, []);
  assert.deepEqual(store.objects, before);
});

test("forward and back: the difference is to what is served now, and gates hear what was served before", async (t) => {
  const { named, move, plan } = await published(t);
  await move("stable", "1.0.0");
  const forward = await plan("1.1.0");
  assert.equal(headline(forward), "### `runtime 1.0.0 → 1.1.0` on stable");
  assert.equal(forward.facts.serving?.version, "1.0.0");
  assert.match(forward.users.join("\n"), /machines that have 1\.0\.0 upgrade to 1\.1\.0/);
  await move("stable", "1.1.0", "1.0.0");
  const there = await plan("1.1.0");
  assert.deepEqual(there.facts, forward.facts, "the same before the move and after");
  assert.equal(headline(there), "");
  const back = await plan("1.0.0");
  assert.equal(headline(back), "### `runtime 1.1.0 → 1.0.0` on stable");
  assert.deepEqual([back.facts.from, back.facts.served], ["stable", [named.get("1.0.0")?.record.sha256]]);
  assert.equal(back.facts.governance.entry, null);
});

test("what nobody decides on the first time is decided upon when it replaces another", async (t) => {
  const { move, plan } = await published(t);
  assert.equal((await plan("1.0.0", false)).facts.governance.needed, false);
  await move("stable", "1.0.0");
  assert.equal((await plan("1.0.0", false)).facts.governance.needed, false, "nothing new");
  assert.equal((await plan("1.1.0", false)).facts.governance.needed, true);
});

for (const [what, lose] of [
  ["record", () => "releases/runtime/1.1.0/release.json"],
  ["inventory", (paths: readonly string[]) => paths.find((path) => path.includes("/1.1.0/inventory/")) ?? ""],
] as const) {
  test(`going back from a release whose ${what} is lost stops at nothing, and says what cannot be told`, async (t) => {
    const { store, move, plan } = await published(t);
    await move("stable", "1.0.0");
    await move("stable", "1.1.0", "1.0.0");
    assert.ok(store.objects.delete(lose([...store.objects.keys()])));
    const back = await plan("1.0.0");
    assert.equal(headline(back), "### `runtime 1.1.0 → 1.0.0` on stable");
    assert.deepEqual([back.lost, back.difference, back.facts.serving?.version], ["1.1.0", undefined, "1.1.0"]);
    assert.match(back.users.join("\n"), /new installs get 1\.0\.0; machines that have 1\.1\.0 keep it/);
    await assert.rejects(plan("1.1.0"), { code: "SLW-STORE-DAMAGED" });
  });
}

test("going forward over a release whose record is lost is refused: no gate could compare with it", async (t) => {
  const { store, move, plan } = await published(t);
  await move("stable", "1.0.0");
  store.objects.delete("releases/runtime/1.0.0/release.json");
  await assert.rejects(plan("1.1.0"), {
    code: "SLW-STORE-DAMAGED",
    message: /releases\/runtime\/1\.0\.0\/release\.json/,
  });
});
