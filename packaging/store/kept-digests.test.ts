import assert from "node:assert/strict";
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { sha256 } from "../digest.ts";
import { directoryStore } from "./directory.ts";
import { KeptDigests } from "./kept-digests.ts";

const path = "releases/runtime/1.0.0/a.deb";

let scratch: string;
let hidden: string;
let file: string;
let kept: KeptDigests;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "slipway-kept-"));
  hidden = join(scratch, ".tmp");
  file = join(scratch, "a.deb");
  kept = new KeptDigests(hidden);
  await mkdir(hidden);
  await writeFile(file, "content");
  await kept.keep(path, file, sha256("content"));
});
afterEach(() => rm(scratch, { recursive: true }));

/** The note of the object. */
const note = async (): Promise<string> => {
  const [name = ""] = await readdir(join(hidden, "digests"));
  return join(hidden, "digests", name);
};

test("what was noted is known while its file is the very same, also to another process, and nothing else is", async () => {
  assert.equal(await kept.of(path, file), sha256("content"));
  assert.equal(await new KeptDigests(hidden).of(path, file), sha256("content"));
  assert.equal(await kept.of("releases/runtime/1.0.0/b.deb", file), undefined);
  assert.equal(await kept.of(path, join(scratch, "none")), undefined);
  assert.equal(await kept.of(path, scratch), undefined);
  assert.deepEqual(await readdir(hidden), ["digests"]);
});

test("a file that was altered in place is not the one that was noted, whatever its time says", async () => {
  const { atime, mtime } = await stat(file);
  await writeFile(file, "CONTENT");
  assert.equal(await kept.of(path, file), undefined);
  await utimes(file, atime, mtime);
  assert.equal(await kept.of(path, file), undefined);
  await appendFile(file, "more");
  assert.equal(await kept.of(path, file), undefined);
});

test("another file in its place is not the one that was noted: replaced, put back from a copy, gone", async () => {
  const copy = join(scratch, "copy");
  await copyFile(file, copy);
  const { atime, mtime } = await stat(file);
  await utimes(copy, atime, mtime);
  await rename(copy, file);
  assert.equal(await readFile(file, "utf8"), "content");
  assert.equal(await kept.of(path, file), undefined);
  await rm(file);
  assert.equal(await kept.of(path, file), undefined);
});

test("a note that is damaged, giant, of another form or gone says nothing", async () => {
  const whole = await readFile(await note(), "utf8");
  const { identity } = JSON.parse(whole) as { identity: string };
  const others = [
    "",
    whole.slice(0, -1),
    "null",
    "[]",
    JSON.stringify({ identity, sha256: "short" }),
    JSON.stringify({ identity, sha256: sha256("content").toUpperCase() }),
    JSON.stringify({ identity: [identity], sha256: sha256("content") }),
    JSON.stringify({ identity, sha256: sha256("content"), more: true }),
    `${whole}${" ".repeat(5000)}`,
  ];
  for (const text of others) {
    await writeFile(await note(), text);
    assert.equal(await kept.of(path, file), undefined, text.slice(0, 100));
  }
  await writeFile(await note(), whole);
  assert.equal(await kept.of(path, file), sha256("content"));
  await rm(await note());
  assert.equal(await kept.of(path, file), undefined);
});

test("where no note can be written, none is, and that is no failure", async () => {
  await rm(hidden, { recursive: true });
  await writeFile(hidden, "a file in the way");
  await kept.keep(path, file, sha256("content"));
  assert.equal(await kept.of(path, file), undefined);
});

/** A folder of a bucket, and an artifact that is written into it. */
async function bucket() {
  const folder = join(scratch, "bucket");
  const source = { file, size: 7, sha256: sha256("content") };
  await directoryStore(folder).create(path, source);
  return {
    folder,
    source,
    store: directoryStore(folder),
    inBucket: join(folder, path),
    notes: join(folder, ".tmp", "digests"),
  };
}

test("a bucket tells the noted digest without reading, and reads what is not as noted", async () => {
  const { store, inBucket } = await bucket();
  assert.equal(await store.keptDigest(path), sha256("content"));
  await writeFile(inBucket, "CONTENT");
  assert.equal(await store.keptDigest(path), sha256("CONTENT"));
  await writeFile(`${inBucket}.copy`, "content");
  await rename(`${inBucket}.copy`, inBucket);
  assert.equal(await store.keptDigest(path), sha256("content"));
  await rm(inBucket);
  assert.equal(await store.keptDigest(path), undefined);
});

test("a writer that died before its note: the next one of the same bytes notes them, and touches nothing else", async () => {
  const { source, store, inBucket, notes } = await bucket();
  await rm(notes, { recursive: true });
  const before = await stat(inBucket, { bigint: true });
  assert.equal(await store.create(path, source), "equal");
  const after = await stat(inBucket, { bigint: true });
  assert.deepEqual([after.ino, after.ctimeNs], [before.ino, before.ctimeNs]);
  const [name = ""] = await readdir(notes);
  assert.match(await readFile(join(notes, name), "utf8"), new RegExp(sha256("content")));
});

test("what is small has no note: it is read as fast", async () => {
  const { store, notes } = await bucket();
  await store.create("keys/a.asc", Buffer.from("certificate"));
  assert.equal((await readdir(notes)).length, 1);
  assert.equal(await store.keptDigest("keys/a.asc"), sha256("certificate"));
});
