import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { assertRefusal } from "../__fixtures__/refused.ts";
import { sha256 } from "../digest.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { keepReply, keptDigest, keptReply, notedSignatures, noteSignature, removeNote } from "./timestamps.ts";

const signature = Buffer.alloc(256, 7);
const digest = sha256(signature);

test("a signature is noted once, whole, and forgotten when it is asked for", async (context) => {
  const folder = await scratch(context);
  const places = { folder: path.join(folder, "kept"), notes: path.join(folder, "notes") };
  assert.deepEqual(await notedSignatures(places), []);
  await noteSignature(places, signature);
  await noteSignature(places, signature);
  assert.deepEqual(await readdir(places.notes), [`${digest}.signature`]);
  // What a killed process left is no note.
  await writeFile(path.join(places.notes, `${digest}.signature.0.log`), "");
  assert.deepEqual(await notedSignatures(places), [{ signature, sha256: digest }]);
  await removeNote(places, digest);
  await removeNote(places, digest);
  assert.deepEqual(await notedSignatures(places), []);
});

test("a note with other bytes than its name says is refused by name", async (context) => {
  const notes = await scratch(context);
  await writeFile(path.join(notes, `${digest}.signature`), "0");
  await assert.rejects(
    notedSignatures({ folder: "", notes }),
    (error) => assertRefusal(error, "SLW-KEY", `${digest}.signature is not the signature`) !== undefined,
  );
});

test("the digest of what is kept changes with each answer, and with nothing else in the folder", async (context) => {
  const folder = path.join(await scratch(context), "kept");
  const none = await keptDigest(folder);
  const places = { folder, notes: "" };
  assert.equal(await keptReply(places, digest), undefined);
  const file = await keepReply(places, digest, Buffer.from("one"));
  assert.deepEqual(await keptReply(places, digest), { file, bytes: Buffer.from("one") });
  const one = await keptDigest(folder);
  await writeFile(path.join(folder, "README.md"), "Why these are here.\n");
  assert.equal(await keptDigest(folder), one);
  await keepReply(places, digest, Buffer.from("two"));
  assert.equal(new Set([none, one, await keptDigest(folder)]).size, 3);
});
