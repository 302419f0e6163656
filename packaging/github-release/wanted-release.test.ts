import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, now } from "../channels/__fixtures__/bucket.ts";
import { archiveSigner } from "../channels/__fixtures__/signed-releases.ts";
import { sha256 } from "../digest.ts";
import { builtRelease } from "../record/__fixtures__/release.ts";
import { recordText } from "../record/record.ts";
import { signaturePath } from "../record/signatures.ts";
import { sumsText } from "../record/sums.ts";
import type { OpenPgpSigner } from "../signing/signer.ts";
import { filesOf, recordedFiles } from "./wanted-release.ts";

const { record } = builtRelease();
const { product, version } = record;
const base = `releases/${product}/${version}`;
const text = recordText(record);
const recordObject = { path: `${base}/release.json`, size: Buffer.byteLength(text), sha256: sha256(text) };
const release = { product, folder: version, record, recordObject };

const sums = Buffer.from(sumsText(record));
const asc = `${base}/SHA256SUMS.asc`;

async function signed() {
  const store = memoryStore();
  const [ours, theirs] = [await archiveSigner(store), await archiveSigner(store)];
  const by = async (signer: OpenPgpSigner, of: Uint8Array = sums) => Buffer.from(await signer.detach(of, now));
  return { store, ours, theirs, by };
}

test("a release's files are what its record determines, whatever lies in the bucket", async () => {
  const { store, ours, by } = await signed();
  await store.create(asc, await by(ours));
  const untouched = await filesOf(store, release, [ours.public]);
  assert.deepEqual(
    untouched.map(({ name }) => name),
    [...record.artifacts.map(({ name }) => name), "SHA256SUMS", "release.json", "SHA256SUMS.asc"],
  );
  await store.create(`${base}/SHA256SUMS`, Buffer.from("of somebody else\n"));
  await store.create(`${base}/release.json`, Buffer.from("{}"));
  assert.deepEqual(await filesOf(store, release, [ours.public]), untouched);
  assert.deepEqual(
    untouched.slice(-3, -1).map((file) => file.sha256),
    [sha256(sums), sha256(text)],
  );
  assert.deepEqual(recordedFiles(release), untouched.slice(0, -1));
});

test("the signature of the sums goes along as the bucket has it, if a key of the stack made it", async () => {
  const { store, ours, theirs, by } = await signed();
  const bytes = await by(theirs);
  await store.create(asc, bytes);
  const found = (await filesOf(store, release, [ours.public, theirs.public])).at(-1);
  assert.deepEqual(found, { name: "SHA256SUMS.asc", path: asc, size: bytes.length, sha256: sha256(bytes) });
});

test("another copy of it gives way to the signature of the stack's key; of other sums, or where there is none, it is refused", async () => {
  const { store, ours, theirs, by } = await signed();
  const signers = [ours.public];
  for (const bytes of [Buffer.from("tampered"), await by(theirs), Buffer.alloc(100_000, "-")]) {
    await store.replace(asc, bytes, await store.digest(asc));
    await assert.rejects(filesOf(store, release, signers), {
      code: "SLW-STORE-DAMAGED",
      message: /SHA256SUMS\.asc is to go to GitHub, and no key of slipway:signer signed these sums/,
    });
  }
  const own = signaturePath(`${base}/SHA256SUMS`, ours.public.fingerprint);
  await store.create(own, await by(ours, Buffer.from("other sums\n")));
  await assert.rejects(filesOf(store, release, signers), { code: "SLW-STORE-DAMAGED" });
  await store.replace(own, await by(ours), await store.digest(own));
  const found = (await filesOf(store, release, signers)).at(-1);
  assert.deepEqual([found?.name, found?.path], ["SHA256SUMS.asc", own]);
});
