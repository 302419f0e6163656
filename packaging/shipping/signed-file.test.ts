import assert from "node:assert/strict";
import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { assertRefusal } from "../__fixtures__/refused.ts";
import { BuildCache } from "../builds/cache.ts";
import { sha256 } from "../digest.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { unsignedProgram } from "../formats/windows/program/__fixtures__/program.ts";
import { verifyPe } from "../formats/windows/program/sign-pe.ts";
import { p12, password, root, signedAt, testSigner } from "../signing/x509/__fixtures__/identities.ts";
import { timestampReply } from "./__fixtures__/timestamp-reply.ts";
import type { Identity } from "./identities.ts";
import { type Signable, signedFile } from "./signed-file.ts";

const source = { file: p12("authenticode"), password };

/** A program to sign, its identity with and without a key, and empty folders. */
async function place(context: TestContext) {
  const folder = await scratch(context);
  const file = path.join(folder, "runtime.exe");
  const bytes = unsignedProgram();
  await writeFile(file, bytes);
  const content = { file, size: bytes.length, sha256: sha256(bytes) };
  const signable: Signable = { kind: "program", content, epoch: signedAt, description: "runtime" };
  const { public: own } = await testSigner("authenticode");
  const withKey: Identity = { public: own, source };
  const withoutKey: Identity = { public: own, source: undefined };
  const timestamps = { folder: path.join(folder, "kept"), notes: path.join(folder, "notes") };
  await mkdir(timestamps.folder);
  const cacheAt = (name: string) => new BuildCache(path.join(folder, name), assert.fail);
  return { signable, withKey, withoutKey, timestamps, cache: cacheAt("cache"), cacheAt };
}

/** The one signature that is noted, as an authority answers for it. */
async function answered({ folder, notes }: { folder: string; notes: string }): Promise<string> {
  const [name = "", ...more] = await readdir(notes);
  assert.deepEqual(more, []);
  const signature = await readFile(path.join(notes, name));
  assert.equal(name, `${sha256(signature)}.signature`);
  const file = path.join(folder, `${sha256(signature)}.tsr`);
  await writeFile(file, timestampReply(signature, signedAt + 60));
  return file;
}

async function timestampOf(program: string): Promise<number | undefined> {
  const file = await open(program);
  try {
    return (await verifyPe(file, (await file.stat()).size, [root])).timestampedAt;
  } finally {
    await file.close();
  }
}

test("what has other bytes than were built is not signed, and is gone from the cache", async (context) => {
  const { signable, withKey, cache } = await place(context);
  const bytes = await readFile(signable.content.file);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  await writeFile(signable.content.file, bytes);
  await assert.rejects(signedFile(signable, withKey, cache), {
    code: "SLW-BUILD",
    message: /other bytes than were built/,
  });
  assert.equal(await signedFile(signable, { ...withKey, source: undefined }, cache), undefined);
});

test("a signature without a timestamp is noted, and gets the one that is kept for it from then on", async (context) => {
  const { signable, withKey, withoutKey, timestamps, cache, cacheAt } = await place(context);
  const first = await signedFile(signable, withKey, cache, timestamps);
  assert.ok(first?.waits);
  assert.equal(await timestampOf(first.built.file), undefined);
  await answered(timestamps);

  // What it is now needs the key once, on any machine; then it is known.
  assert.equal(await signedFile(signable, withoutKey, cache, timestamps), undefined);
  const second = await signedFile(signable, withKey, cache, timestamps);
  assert.ok(second?.waits === false);
  assert.equal(await timestampOf(second.built.file), signedAt + 60);
  assert.deepEqual(await signedFile(signable, withoutKey, cache, timestamps), second);
  const elsewhere = await signedFile(signable, withKey, cacheAt("another"), timestamps);
  assert.deepEqual([elsewhere?.waits, elsewhere?.built.sha256], [false, second.built.sha256]);
});

test("a run that changes nothing opens no key: what was signed is known, and what waits is noted again", async (context) => {
  const { signable, withKey, withoutKey, timestamps, cache } = await place(context);
  const plain = await signedFile(signable, withKey, cache);
  assert.equal(plain?.waits, false);
  await assert.rejects(readdir(timestamps.notes), { code: "ENOENT" });
  // The setting came later.
  const waiting = await signedFile(signable, withoutKey, cache, timestamps);
  assert.deepEqual([waiting?.waits, waiting?.built], [true, plain?.built]);
  assert.equal((await readdir(timestamps.notes)).length, 1);
});

test("without a key nothing is known of a file that was never signed", async (context) => {
  const { signable, withoutKey, timestamps, cache } = await place(context);
  assert.equal(await signedFile(signable, withoutKey, cache, timestamps), undefined);
  await assert.rejects(readdir(timestamps.notes), { code: "ENOENT" });
});

for (const [what, damage, says] of [
  ["of another signature", () => timestampReply(Buffer.from("another"), signedAt), "another signature"],
  ["that is damaged", (reply: Buffer) => flipped(reply), "is no timestamp of its signature"],
  ["that is no answer", () => Buffer.from("<html>"), "no DER"],
  ["that is a token alone", (reply: Buffer) => reply.subarray(9), "no answer of RFC 3161"],
  ["that is too long", () => Buffer.alloc(16 << 10), "more than 15360 bytes"],
] as const) {
  test(`a kept timestamp ${what} is refused by its file's name, key or not`, async (context) => {
    const { signable, withKey, withoutKey, timestamps, cache } = await place(context);
    await signedFile(signable, withKey, cache, timestamps);
    const file = await answered(timestamps);
    await writeFile(file, damage(await readFile(file)));
    for (const identity of [withKey, withoutKey]) {
      await assert.rejects(signedFile(signable, identity, cache, timestamps), (error) => {
        assert.ok(assertRefusal(error, "SLW-KEY", says).message.includes(file));
        return true;
      });
    }
  });
}

/** With a bit of the authority's signature turned, which is near the end. */
function flipped(reply: Buffer): Buffer {
  const damaged = Buffer.from(reply);
  damaged[reply.length - 20] = (damaged[reply.length - 20] ?? 0) ^ 1;
  return damaged;
}
