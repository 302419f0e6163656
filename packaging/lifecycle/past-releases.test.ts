import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { BuildCache } from "../builds/cache.ts";
import { memoryStore } from "../channels/__fixtures__/bucket.ts";
import { sha256 } from "../digest.ts";
import { builtRelease } from "../record/__fixtures__/release.ts";
import { derivedTexts } from "../record/publish.ts";
import { recordText } from "../record/record.ts";
import { pastReleaseDrift } from "./past-releases.ts";

const { record } = builtRelease();
const base = "releases/runtime/1.0.0";
const text = recordText(record);
const named = {
  version: "1.0.0",
  folder: "1.0.0",
  record: { path: `${base}/release.json`, size: Buffer.byteLength(text), sha256: sha256(text) },
};

test("a release that no index offers is looked at by size: nothing large is hashed", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-past-"));
  t.after(() => rm(folder, { recursive: true }));
  const store = memoryStore();
  const hashed: string[] = [];
  const digest = (path: string) => {
    hashed.push(path);
    return store.digest(path);
  };
  const at = {
    store: { ...store, digest },
    cache: new BuildCache(folder, () => {}),
    cacheFolder: folder,
  };
  store.objects.set(named.record.path, Buffer.from(text));
  for (const [name, derived] of derivedTexts(record)) store.objects.set(`${base}/${name}`, Buffer.from(derived));
  const objects = record.artifacts.flatMap(({ name, size, inventory }) => [{ path: name, size }, inventory]);
  for (const { path, size } of objects) store.objects.set(`${base}/${path}`, Buffer.alloc(size));

  assert.deepEqual(await pastReleaseDrift(at, "runtime", named, "sizes"), []);
  assert.deepEqual(hashed, [named.record.path]);
  const altered = objects.map(({ path }) => `${base}/${path}: altered`);
  assert.deepEqual([...(await pastReleaseDrift(at, "runtime", named, "digests"))].sort(), altered.sort());

  const [first, second] = objects.map(({ path }) => `${base}/${path}`);
  store.objects.delete(first ?? "");
  store.objects.set(second ?? "", Buffer.alloc(1));
  assert.deepEqual(await pastReleaseDrift(at, "runtime", named, "sizes"), [`${first}: missing`, `${second}: altered`]);
});
