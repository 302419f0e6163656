import assert from "node:assert/strict";
import { before, test } from "node:test";
import { SlipwayError } from "../../errors.ts";
import { generateOpenPgp, openOpenPgp, verifyDetached } from "../../signing/openpgp.ts";
import type { OpenPgpSigner } from "../../signing/signer.ts";
import { type MemoryStore, memoryStore } from "./__fixtures__/memory-store.ts";
import { allFiles, names, release, suiteOf } from "./__fixtures__/releases.ts";
import { suiteDrift } from "./drift.ts";
import { type PublishedSuite, publishSuite, SuiteOvertaken } from "./publish.ts";
import { readSuite } from "./read-suite.ts";
import type { SuiteContent } from "./suite.ts";

const NOW = 1_795_341_600;
const old = suiteOf(names, [release("runtime", "1.0.0")]);
const young = suiteOf(names, [release("runtime", "1.0.0"), release("runtime", "1.1.0")]);
const IN_RELEASE = "dists/dev/InRelease";

let signer: OpenPgpSigner;
let other: OpenPgpSigner;

before(async () => {
  signer = await newSigner(NOW - 1000);
  other = await newSigner(NOW - 1000);
});

async function newSigner(created: number): Promise<OpenPgpSigner> {
  const key = await generateOpenPgp({ name: "Example", email: "a@example.org" }, created);
  return openOpenPgp(key.public, { kind: "state", secret: key.secret });
}

interface Wish {
  readonly snapshot?: number;
  readonly now?: number;
  readonly inForce?: number;
  readonly by?: OpenPgpSigner;
}

function publish(store: MemoryStore, content: SuiteContent, wish: Wish = {}): Promise<PublishedSuite> {
  const { snapshot = 1, now = NOW, inForce = snapshot, by = signer } = wish;
  return publishSuite(store, content, { snapshot, now, signer: by, reconfirm: async () => inForce });
}

/** Throws where the suite, as a client reads it by hash, is not exactly one of the contents given. */
async function assertWhole(store: MemoryStore, ...contents: readonly SuiteContent[]): Promise<void> {
  const says = await readSuite(store, "dev");
  if (says === undefined) return assert.ok(!store.objects.has(IN_RELEASE), "InRelease is damaged");
  const digests = JSON.stringify(Object.entries(says.files).map(([path, { sha256 }]) => [path, sha256]));
  const matching = contents.filter(
    (it) => JSON.stringify(allFiles(it).map((file) => [file.path, file.sha256])) === digests,
  );
  assert.equal(matching.length, 1, "InRelease names other indices");
  for (const { path, sha256 } of matching[0]?.files ?? []) {
    const folder = `dists/dev/${path.slice(0, path.lastIndexOf("/"))}`;
    assert.equal(await store.digest(`${folder}/by-hash/SHA256/${sha256}`), sha256, `${path} is not there by hash`);
  }
}

test("by-hash first, then plain names, Release, Release.gpg, and InRelease last", async () => {
  const store = memoryStore();
  const published = await publish(store, old);
  const stage = (path: string): string =>
    path.includes("/by-hash/") ? "by-hash" : path.includes("/main/") ? "plain" : path.replace("dists/dev/", "");
  const stages = store.writes.map(stage);
  assert.deepEqual([...new Set(stages)], ["by-hash", "plain", "Release", "Release.gpg", "InRelease"]);
  assert.deepEqual(
    stages,
    stages.toSorted((a, b) => stages.indexOf(a) - stages.indexOf(b)),
  );
  assert.deepEqual(Object.keys(published.objects).sort(), [...store.objects.keys()].sort());
  assert.deepEqual(await suiteDrift(store, published.objects), []);
  assert.deepEqual([published.date, published.snapshot], [NOW, 1]);
  assert.deepEqual((await readSuite(store, "dev"))?.date, NOW);
});

test("Release.gpg is a signature of Release", async () => {
  const store = memoryStore();
  await publish(store, old);
  const release = store.objects.get("dists/dev/Release") ?? Buffer.alloc(0);
  const signature = Buffer.from(store.objects.get("dists/dev/Release.gpg") ?? []).toString();
  assert.ok(await verifyDetached(signer.public.armored, release, signature));
});

test("publishing the same again writes nothing and keeps the date", async () => {
  const store = memoryStore();
  const first = await publish(store, old);
  store.writes.length = 0;
  assert.deepEqual(await publish(store, old, { now: NOW + 500 }), first);
  assert.deepEqual(store.writes, []);
});

test("the removed suite comes back byte for byte at its publish time", async () => {
  const store = memoryStore();
  await publish(store, old, { snapshot: 4 });
  const again = memoryStore();
  await publish(again, old, { snapshot: 4 });
  assert.deepEqual(new Map([...again.objects].sort()), new Map([...store.objects].sort()));
});

test("dates only go up, even when the clock does not or the content goes back", async () => {
  const store = memoryStore();
  const dates: number[] = [];
  for (const [content, snapshot, now] of [
    [old, 1, NOW],
    [young, 2, NOW],
    [old, 3, NOW - 500],
    [young, 4, NOW + 60],
  ] as const) {
    dates.push((await publish(store, content, { snapshot, now })).date);
    await assertWhole(store, content);
  }
  assert.deepEqual(dates, [NOW, NOW + 1, NOW + 2, NOW + 60]);
});

test("a new key or a new snapshot is a new statement of the same content", async () => {
  const store = memoryStore();
  await publish(store, old);
  assert.equal((await publish(store, old, { snapshot: 2 })).date, NOW + 1);
  assert.equal((await publish(store, old, { snapshot: 2, by: other })).date, NOW + 2);
});

test("no date lies before the key's creation", async () => {
  const late = await newSigner(NOW + 7);
  assert.equal((await publish(memoryStore(), old, { by: late })).date, NOW + 7);
});

test("death after any write leaves the old suite or the new one, and the next run ends it", async () => {
  const start = memoryStore();
  const first = await publish(start, old);
  let died = 0;
  for (let k = 0; ; k++) {
    const store = memoryStore(start.objects);
    let begun = 0;
    store.beforeWrite = () => {
      if (begun++ >= k) throw new Error("died");
    };
    const outcome = await publish(store, young, { snapshot: 2, now: NOW + 60 }).catch((error: unknown) => error);
    await assertWhole(store, old, young);
    if (!(outcome instanceof Error)) break;
    assert.equal(outcome.message, "died");
    died++;
    assert.equal((await readSuite(store, "dev"))?.date, first.date);
    store.beforeWrite = () => undefined;
    const ended = await publish(store, young, { snapshot: 2, now: NOW + 60 });
    await assertWhole(store, young);
    assert.deepEqual(await suiteDrift(store, ended.objects), []);
    // One second later where a Release of that date lay there without its signature.
    assert.ok(ended.date === NOW + 60 || ended.date === NOW + 61);
  }
  assert.ok(died >= 12, `only ${died} writes`);
});

test("any object damaged or removed is seen, and mended under the date in force", async () => {
  const start = memoryStore();
  const published = await publish(start, old);
  for (const path of Object.keys(published.objects)) {
    for (const damage of ["damaged", "removed"] as const) {
      const store = memoryStore(start.objects);
      if (damage === "damaged") store.objects.set(path, Buffer.from("damage"));
      else store.objects.delete(path);
      assert.deepEqual(await suiteDrift(store, published.objects), [path]);
      assert.deepEqual(await publish(store, old, { now: NOW + 500 }), published, `${path} ${damage}`);
      assert.deepEqual(store.writes, [path]);
    }
  }
});

test("an InRelease that says something else is replaced under a later date", async () => {
  const store = memoryStore();
  await publish(store, old);
  const text = Buffer.from(store.objects.get(IN_RELEASE) ?? []).toString();
  store.objects.set(IN_RELEASE, Buffer.from(text.replace("Origin: Example", "Origin: Somebody")));
  assert.equal((await publish(store, old)).date, NOW + 1);
});

test("a giant in the place of InRelease is replaced unread", async () => {
  const store = memoryStore(new Map([[IN_RELEASE, Buffer.alloc(2 << 20)]]));
  assert.equal((await publish(store, old)).date, NOW);
  await assertWhole(store, old);
});

test("a suite of a higher snapshot is never replaced", async () => {
  const store = memoryStore();
  await publish(store, young, { snapshot: 9 });
  store.writes.length = 0;
  await assert.rejects(publish(store, old, { snapshot: 8, inForce: 9 }), (error) => {
    assert.ok(error instanceof SuiteOvertaken && error.code === "SLW-SUITE");
    assert.equal(error.snapshot, 9);
    assert.match(error.message, /The suite dev was made from snapshot 8, but 9 is in force by now/);
    return true;
  });
  assert.deepEqual(store.writes, []);
});

test("a suite that states a snapshot which is not in force is damage", async () => {
  const store = memoryStore();
  await publish(store, young, { snapshot: 999 });
  assert.deepEqual((await publish(store, old, { snapshot: 8 })).snapshot, 8);
});

test("a channel that moved before InRelease stops the writer, InRelease untouched", async () => {
  const store = memoryStore();
  await publish(store, old);
  await assert.rejects(publish(store, young, { snapshot: 2, inForce: 3 }), SuiteOvertaken);
  assert.ok(!store.writes.slice(-1).includes(IN_RELEASE));
  await assertWhole(store, old);
  await assert.rejects(
    publish(store, young, { snapshot: 2, inForce: 1 }),
    (error) => error instanceof SlipwayError && /channels move before the suite does/.test(error.message),
  );
});

test("a writer that lost to another of the same or an older snapshot starts over", async () => {
  for (const rival of [1, 2]) {
    const store = memoryStore();
    await publish(store, old, { snapshot: 1 });
    let rivals: PublishedSuite | undefined;
    store.beforeWrite = async (path) => {
      if (path !== IN_RELEASE || rivals !== undefined) return;
      store.beforeWrite = () => undefined;
      rivals = await publish(store, old, { snapshot: rival, now: NOW + 5, by: other });
    };
    const { date } = await publish(store, young, { snapshot: 2, now: NOW + 5 });
    assert.ok(rivals !== undefined && date > rivals.date);
    await assertWhole(store, young);
  }
});

test("a writer that keeps losing gives up with a sentence", async () => {
  const store = memoryStore();
  let rivals = 0;
  store.beforeWrite = (path) => {
    if (path === IN_RELEASE) store.objects.set(path, Buffer.from(`rival ${rivals++}`));
  };
  await assert.rejects(publish(store, old), /Others kept writing the suite dev: gave up after 5 attempts/);
  assert.equal(rivals, 5);
});

test("a suite dated days ahead of the clock is not followed into the future", async () => {
  const store = memoryStore();
  await publish(store, old, { now: NOW + 90 * 86400 });
  await assert.rejects(
    publish(store, young, { snapshot: 2 }),
    /dated 2027-02-20T10:00:00Z, but this machine's clock says/,
  );
});
