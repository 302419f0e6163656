import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { BuildCache } from "./cache.ts";
import { writeSealed } from "./sealed-file.ts";

const recipe = sha256("a recipe");
const bytes = Buffer.from("the bytes of an artifact");
const written = { sha256: sha256(bytes), size: bytes.length };

async function newCache(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "slipway-cache-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const corrupt: string[] = [];
  const open = () => new BuildCache(folder, (what) => corrupt.push(what));
  return { folder, corrupt, open, cache: open() };
}

async function build(cache: BuildCache, content: Uint8Array = bytes): Promise<string> {
  const file = await cache.temporaryFile();
  await writeFile(file, content);
  return file;
}

test("what was stored is found again, also by the next process", async (t) => {
  const { cache, open, folder } = await newCache(t);
  assert.equal(await cache.lookup(recipe), undefined);
  const stored = await cache.store(recipe, await build(cache), written);
  assert.deepEqual(stored, { ...written, file: join(folder, "objects", written.sha256) });
  assert.deepEqual(await cache.lookup(recipe), stored);
  assert.deepEqual(await open().lookup(recipe), stored);
  assert.deepEqual(await readFile(stored.file), bytes);
  assert.deepEqual(await readdir(join(folder, "temporary")), []);
});

test("a damaged object of the same size is noticed, removed, reported and stored again", async (t) => {
  const { cache, open, corrupt } = await newCache(t);
  const { file } = await cache.store(recipe, await build(cache), written);
  await writeFile(file, "The bytes of an artifact");
  const later = open();
  assert.equal(await later.lookup(recipe), undefined);
  assert.deepEqual(corrupt, [`Cached object ${written.sha256} holds other bytes; it was removed.`]);
  await assert.rejects(stat(file), { code: "ENOENT" });
  await later.store(recipe, await build(later), written);
  assert.deepEqual(await readFile(file), bytes);
  assert.equal((await later.lookup(recipe))?.file, file);
});

test("damage that happens after the first check is noticed in the same process", async (t) => {
  const { cache, corrupt } = await newCache(t);
  const { file } = await cache.store(recipe, await build(cache), written);
  assert.notEqual(await cache.lookup(recipe), undefined);
  await writeFile(file, "short");
  assert.equal(await cache.lookup(recipe), undefined);
  assert.equal(corrupt.length, 1);
});

test("an object that was altered under its old size and modification time is noticed", async (t) => {
  const { cache, corrupt, open } = await newCache(t);
  const { file } = await cache.store(recipe, await build(cache), written);
  const old = new Date(1_000_000_000_000);
  await utimes(file, old, old);
  assert.equal((await cache.lookup(recipe))?.sha256, written.sha256);
  await writeFile(file, "The bytes of an artifact");
  await utimes(file, old, old);
  assert.equal(await open().lookup(recipe), undefined);
  assert.equal(corrupt.length, 1);
});

test("a lookup believes the notes; who takes the bytes has them read, and damage ends the notes", async (t) => {
  const { cache, corrupt, folder } = await newCache(t);
  const { file } = await cache.store(recipe, await build(cache), written);
  await writeFile(file, "The bytes of an artifact");
  // As if the disk had changed the bytes and no time: the notes say of the file as it is now what it should be.
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  const identity = [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  const notes = { schema: 1, files: { [file]: { identity, ...written } } };
  await writeSealed(join(folder, "digests.json"), notes);
  assert.equal((await cache.lookup(recipe))?.sha256, written.sha256);
  assert.equal(await cache.getFile(written.sha256), undefined);
  assert.equal(corrupt.length, 1);
  await assert.rejects(stat(join(folder, "digests.json")), { code: "ENOENT" });
  assert.equal(await cache.lookup(recipe), undefined);
});

for (const [name, text] of [
  ["no JSON", "{"],
  ["another schema", `{"schema":2,"sha256":"${written.sha256}","size":24}`],
  ["a digest that is a path", '{"schema":1,"sha256":"../../../etc/passwd","size":24}'],
  ["a negative size", `{"schema":1,"sha256":"${written.sha256}","size":-1}`],
] as const) {
  test(`a recipe entry with ${name} is removed and reported`, async (t) => {
    const { cache, corrupt, folder } = await newCache(t);
    await cache.store(recipe, await build(cache), written);
    const entry = join(folder, "recipes", `${recipe}.json`);
    await writeFile(entry, text);
    assert.equal(await cache.lookup(recipe), undefined);
    assert.deepEqual(corrupt, [`Cache entry of recipe ${recipe} is not readable; it is built again.`]);
    await assert.rejects(stat(entry), { code: "ENOENT" });
  });
}

test("an entry whose size is not its object's is not used", async (t) => {
  const { cache, folder } = await newCache(t);
  await cache.store(recipe, await build(cache), written);
  const entry = { schema: 1, sha256: written.sha256, size: written.size + 1 };
  await writeFile(join(folder, "recipes", `${recipe}.json`), JSON.stringify(entry));
  assert.equal(await cache.lookup(recipe), undefined);
});

test("a file that is not what its writer says is refused and leaves nothing", async (t) => {
  const { cache, folder } = await newCache(t);
  const file = await build(cache, Buffer.from("other bytes"));
  await assert.rejects(cache.store(recipe, file, written), (error) => {
    assert.ok(error instanceof SlipwayError);
    assert.equal(error.code, "SLW-BUILD");
    assert.match(error.message, /expected 24 bytes with SHA-256 [0-9a-f]{64}, found 11 with [0-9a-f]{64}/);
    return true;
  });
  assert.equal(await cache.lookup(recipe), undefined);
  assert.deepEqual(await readdir(join(folder, "temporary")), []);
  await assert.rejects(cache.store(recipe, join(folder, "temporary", "gone"), written), /found no file/);
});

test("bytes are kept once under their digest", async (t) => {
  const { cache } = await newCache(t);
  const digest = await cache.putBytes(bytes);
  assert.equal(digest, written.sha256);
  const file = await cache.getFile(digest);
  assert.ok(file);
  const first = await stat(file);
  assert.equal(await cache.putBytes(bytes), digest);
  assert.equal((await stat(file)).ino, first.ino);
  assert.equal(await cache.getFile(sha256("other")), undefined);
  await assert.rejects(cache.getFile("../secret"), TypeError);
});

test("a damaged object is replaced when its bytes come again", async (t) => {
  const { cache, open, corrupt } = await newCache(t);
  const file = join(cache.objectsFolder, await cache.putBytes(bytes));
  await writeFile(file, "x");
  assert.equal(await open().getFile(written.sha256), undefined);
  await writeFile(file, "y");
  await open().putBytes(bytes);
  assert.deepEqual(await readFile(file), bytes);
  assert.equal(corrupt.length, 2);
});

test("the objects, or all of the cache, may be deleted at any time", async (t) => {
  const { cache, folder, corrupt } = await newCache(t);
  await cache.store(recipe, await build(cache), written);
  await rm(cache.objectsFolder, { recursive: true });
  assert.equal(await cache.lookup(recipe), undefined);
  const file = await build(cache);
  await cache.store(recipe, file, written);
  assert.notEqual(await cache.lookup(recipe), undefined);
  await rm(folder, { recursive: true });
  assert.equal(await cache.getFile(written.sha256), undefined);
  await cache.putBytes(bytes);
  assert.notEqual(await cache.getFile(written.sha256), undefined);
  assert.deepEqual(corrupt, []);
});

test("many writers of the same object, through several caches, all succeed", async (t) => {
  const { open, corrupt, folder } = await newCache(t);
  const caches = [open(), open(), open()];
  const stores = Array.from({ length: 24 }, async (_, at) => {
    const cache = caches[at % 3] as BuildCache;
    await cache.store(recipe, await build(cache), written);
    return cache.lookup(recipe);
  });
  for (const found of await Promise.all(stores)) assert.equal(found?.sha256, written.sha256);
  assert.deepEqual(corrupt, []);
  assert.deepEqual(await readdir(join(folder, "objects")), [written.sha256]);
  assert.deepEqual(await readdir(join(folder, "temporary")), []);
});

test("a cache folder that cannot be used is refused in words", async (t) => {
  const { folder } = await newCache(t);
  const file = join(folder, "a-file");
  await writeFile(file, "");
  const cache = new BuildCache(file, () => assert.fail());
  // One after the other: a promise that rejects while another is awaited is an unhandled rejection.
  for (const use of [() => cache.putBytes(bytes), () => cache.temporaryFile()]) {
    await assert.rejects(use, /^SlipwayError: The build cache cannot be used: E.*nothing in it is needed\.$/s);
  }
});

test("the sweep removes only temporaries that are older than a day", async (t) => {
  const { cache } = await newCache(t);
  await cache.sweep();
  const old = await build(cache);
  const young = await build(cache);
  const oldFolder = await cache.temporaryFolder();
  await writeFile(join(oldFolder, "artifact"), "half");
  const now = Math.floor((await stat(young)).mtimeMs / 1000);
  for (const path of [old, oldFolder]) await utimes(path, now - 90_000, now - 90_000);
  await cache.sweep({ now: () => now });
  for (const path of [old, oldFolder]) await assert.rejects(stat(path), { code: "ENOENT" });
  assert.equal((await stat(young)).size, bytes.length);
});
