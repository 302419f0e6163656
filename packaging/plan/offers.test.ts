import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { BuildCache } from "../builds/cache.ts";
import type { ChannelRecord } from "../channels/entry.ts";
import { builtRelease } from "../record/__fixtures__/release.ts";
import { releaseFolder } from "../record/folder.ts";
import { directoryStore } from "../store/directory.ts";
import type { Store } from "../store/store.ts";
import { readOffers } from "./offers.ts";
import type { Shelves } from "./read-named.ts";

const { record, text, sha256, inventories } = builtRelease();
/** The sheet that has the product: the first digit of the SHA-256 of its name. */
const sheetName = "d.json";
const base = releaseFolder("runtime", "1.0.0");
const path = `${base}/release.json`;
const named: ChannelRecord = {
  version: "1.0.0",
  folder: "1.0.0",
  record: { path, size: Buffer.byteLength(text), sha256 },
};

/** A bucket with one release, shelves over it, and the paths that were read from it. */
async function shelves(t: TestContext): Promise<{ at: Shelves; read: string[]; cacheFolder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-offers-"));
  t.after(() => rm(folder, { recursive: true }));
  const bucket = directoryStore(join(folder, "bucket"));
  await bucket.create(path, Buffer.from(text));
  for (const [name, inventory] of inventories) await bucket.create(`${base}/${name}`, Buffer.from(inventory));
  const read: string[] = [];
  const store: Store = Object.assign(Object.create(bucket), {
    stat: (object: string) => bucket.stat(object),
    read: (object: string, limit: number) => {
      read.push(object);
      return bucket.read(object, limit);
    },
  });
  const cacheFolder = join(folder, "cache");
  return { at: { store, cache: new BuildCache(cacheFolder, assert.fail), cacheFolder }, read, cacheFolder };
}

test("an offer is read from the bucket once, and then known by the record's digest", async (t) => {
  const { at, read, cacheFolder } = await shelves(t);
  const cold = await readOffers(at, [{ product: "runtime", named: [named] }]);
  const [deb] = cold[0]?.packages ?? [];
  assert.equal(deb?.package, "runtime");
  assert.deepEqual(deb?.files, [
    "etc/runtime/runtime.toml",
    "usr/bin/rt",
    "usr/bin/runtime",
    "usr/lib/systemd/system/runtime.service",
  ]);
  assert.equal(read.length, 2, "the record and the inventory of the one .deb");
  assert.deepEqual(await readOffers(at, [{ product: "runtime", named: [named] }]), cold);
  assert.equal(read.length, 2);

  const sheet = join(cacheFolder, "offers", sheetName);
  const whole = await readFile(sheet, "utf8");
  await writeFile(sheet, whole.replace("usr/bin/rt", "usr/bin/xx"));
  assert.deepEqual(await readOffers(at, [{ product: "runtime", named: [named] }]), cold);
  assert.equal(read.length, 4);
  assert.equal(await readFile(sheet, "utf8"), whole);
  assert.deepEqual(await readdir(join(cacheFolder, "offers")), [sheetName]);
});

test("a release that is planned needs no record in the bucket", async (t) => {
  const { at, read } = await shelves(t);
  const published = await readOffers(at, [{ product: "runtime", named: [named] }]);
  const other = await shelves(t);
  const planned = { product: "runtime", version: "1.0.0", folder: "1.0.0", record, recordObject: named.record };
  assert.deepEqual(await readOffers(other.at, [{ product: "runtime", named: [named] }], planned), published);
  assert.ok(read.includes(path) && !other.read.includes(path));
});
