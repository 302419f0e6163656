import assert from "node:assert/strict";
import { mkdtemp, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { systemClock } from "../clock.ts";
import { sha256File } from "../digest.ts";
import { NotedDigests } from "./noted-digests.ts";

/** A file, and notes whose hashing is counted by a clock that is `ahead` seconds after the file was written. */
async function noted(t: TestContext, ahead = 60) {
  const folder = await mkdtemp(join(tmpdir(), "slipway-noted-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "payload");
  await writeFile(file, "program");
  const hashed: string[] = [];
  const open = () =>
    new NotedDigests(
      join(folder, "cache"),
      async (path) => {
        hashed.push(path);
        return sha256File(path);
      },
      { now: () => systemClock.now() + ahead },
    );
  return { folder, file, hashed, open };
}

test("a file is read once, by any number of runs", async (t) => {
  const { file, hashed, open } = await noted(t);
  const expected = await sha256File(file);
  for (let run = 0; run < 3; run++) {
    const notes = open();
    assert.deepEqual(await notes.digestOf(file), expected);
    assert.deepEqual(await notes.digestOf(file), expected);
    await notes.save();
  }
  assert.equal(hashed.length, 1);
});

test("a file that was touched in any way is read again", async (t) => {
  const { folder, file, hashed, open } = await noted(t);
  const run = async () => {
    const notes = open();
    const digest = await notes.digestOf(file);
    await notes.save();
    return digest;
  };
  await run();
  const touches: readonly (() => Promise<void>)[] = [
    () => writeFile(file, "prograM"),
    // Equal length, and the modification time put back: the change time tells.
    async () => {
      const old = new Date(1_700_000_000_000);
      await utimes(file, old, old);
      await run();
      await writeFile(file, "proGram");
      await utimes(file, old, old);
    },
    async () => {
      await writeFile(join(folder, "other"), "Program");
      await rename(join(folder, "other"), file);
    },
  ];
  for (const touch of touches) {
    await touch();
    const before = hashed.length;
    assert.deepEqual(await run(), await sha256File(file));
    assert.equal(hashed.length, before + 1);
    await run();
    assert.equal(hashed.length, before + 1);
  }
});

test("a file that was changed a moment before is not noted", async (t) => {
  const { file, hashed, open } = await noted(t, 0);
  for (let run = 0; run < 2; run++) {
    const notes = open();
    await notes.digestOf(file);
    await notes.save();
  }
  assert.equal(hashed.length, 2);
});

test("damaged notes are no notes, and forgotten ones are gone for this run and the next", async (t) => {
  const { folder, file, hashed, open } = await noted(t);
  const first = open();
  await first.digestOf(file);
  await first.save();
  const sheet = join(folder, "cache", "digests.json");
  const text = await readFile(sheet, "utf8");
  await writeFile(sheet, text.replace(/"sha256":"[0-9a-f]/, '"sha256":"_'));
  await open().digestOf(file);
  assert.equal(hashed.length, 2);
  await writeFile(sheet, text);
  const notes = open();
  await notes.digestOf(file);
  assert.equal(hashed.length, 2);
  await notes.forget();
  await notes.digestOf(file);
  await open().digestOf(file);
  assert.equal(hashed.length, 4);
});
