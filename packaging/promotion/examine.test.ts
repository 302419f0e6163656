import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, now } from "../channels/__fixtures__/bucket.ts";
import { archiveSigner } from "../channels/__fixtures__/signed-releases.ts";
import type { ChannelRecord } from "../channels/entry.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { archiveJob, builtRelease, debJob, shippedText } from "../record/__fixtures__/release.ts";
import { sumsText } from "../record/sums.ts";
import type { OpenPgpSigner } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { examineArtifacts, readWhole, requireSums } from "./examine.ts";

const { record, text, inventories } = builtRelease();
const base = "releases/runtime/1.0.0";
const recordPath = `${base}/release.json`;
const named: ChannelRecord = {
  version: "1.0.0",
  folder: "1.0.0",
  record: { path: recordPath, size: Buffer.byteLength(text), sha256: sha256(text) },
};
const deb = `${base}/${debJob.name}`;

/** A bucket that holds the release as it was published. */
function bucket(): ReturnType<typeof memoryStore> {
  const objects = new Map([[recordPath, Buffer.from(text)]]);
  for (const [path, inventory] of inventories) objects.set(`${base}/${path}`, Buffer.from(inventory));
  for (const job of [debJob, archiveJob]) objects.set(`${base}/${job.name}`, Buffer.from(shippedText(job)));
  return memoryStore(objects);
}

function flipped(bytes: Buffer | undefined): Buffer {
  assert.ok(bytes);
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 1;
  return copy;
}

const problems = async (store: Store, of: ChannelRecord = named) => {
  try {
    await readWhole(store, "runtime", of);
    return [];
  } catch (error) {
    assert.ok(error instanceof SlipwayError, String(error));
    return error.mistakes.map(({ code, message }) => `${code} ${message.split(";", 1)[0]}`);
  }
};

test("a whole release is read from the bucket", async () => {
  assert.deepEqual(await readWhole(bucket(), "runtime", named), record);
});

test("a record with any one bit flipped, cut short or gone is not the one that was named", async () => {
  const store = bucket();
  const whole = Buffer.from(text);
  for (let at = 0; at < whole.length; at += 97) {
    const other = Buffer.from(whole);
    other[at] = (other[at] ?? 0) ^ (1 << (at % 8));
    store.objects.set(recordPath, other);
    assert.deepEqual(await problems(store), [`SLW-STORE-DAMAGED ${recordPath} has the SHA-256 ${sha256(other)}`]);
  }
  store.objects.set(recordPath, whole.subarray(0, 100));
  assert.match(String(await problems(store)), /SLW-STORE-DAMAGED .*release\.json has the SHA-256/);
  store.objects.delete(recordPath);
  assert.deepEqual(await problems(store), [`SLW-STORE-DAMAGED ${recordPath} is missing from the bucket`]);
  store.objects.set(recordPath, Buffer.alloc(5 << 20));
  assert.match(String(await problems(store)), /SLW-STORE .*too large/);
});

test("what the bucket cannot give for another reason is not called missing", async () => {
  const failing: Store = { ...bucket(), read: () => Promise.reject(new Error("no permission")) };
  await assert.rejects(readWhole(failing, "runtime", named), { message: "no permission" });
});

test("every inventory that is altered or missing is named", async () => {
  const store = bucket();
  const [first, second] = [debJob, archiveJob].map(({ name }) => `${base}/inventory/${name}.json`) as [string, string];
  store.objects.set(first, flipped(store.objects.get(first)));
  store.objects.delete(second);
  assert.deepEqual((await problems(store)).sort(), [
    `SLW-STORE-DAMAGED ${second} is missing from the bucket`,
    `SLW-STORE-DAMAGED ${first} has the SHA-256 ${sha256(store.objects.get(first) ?? "")}`,
  ]);
});

test("the record of another version is refused, also where it is the one that was named", async () => {
  assert.match(
    String(await problems(bucket(), { ...named, version: "1.0.1" })),
    /SLW-RECORD .* is the record of runtime 1\.0\.0/,
  );
});

test("each artifact is told as it is: whole, missing, of another size, altered", async () => {
  const store = bucket();
  const found = async () =>
    (await examineArtifacts(store, { product: "runtime", folder: "1.0.0" }, record, "quick")).map((it) => it.found);
  const whole = record.artifacts.map(({ size, shipped }) => ({ size, sha256: shipped }));
  assert.deepEqual(await found(), whole);
  const altered = flipped(store.objects.get(deb));
  store.objects.set(deb, altered);
  const at = record.artifacts.findIndex(({ name }) => name === debJob.name);
  assert.deepEqual((await found())[at], { size: altered.length, sha256: sha256(altered) });
  store.objects.set(deb, Buffer.from("short"));
  assert.deepEqual((await found())[at], { size: 5, sha256: sha256("short") });
  store.objects.delete(deb);
  assert.deepEqual(await found(), whole.with(at, null as never));
});

test("quick asks what the store keeps and reads no artifact; deep reads every byte", async () => {
  const read: string[] = [];
  const store = bucket();
  const watched: Store = {
    ...store,
    // Bits rotted since the store wrote the object: what it keeps says nothing of it.
    keptDigest: async () => "kept",
    digest: (path) => {
      read.push(path);
      return store.digest(path);
    },
  };
  const digests = async (depth: "quick" | "deep") =>
    (await examineArtifacts(watched, { product: "runtime", folder: "1.0.0" }, record, depth)).map(
      ({ found }) => found?.sha256,
    );
  assert.deepEqual(await digests("quick"), ["kept", "kept"]);
  assert.deepEqual(read, []);
  assert.deepEqual(
    await digests("deep"),
    record.artifacts.map(({ shipped }) => shipped),
  );
  assert.deepEqual(read.sort(), [`${base}/${archiveJob.name}`, deb].sort());
});

/** The record's own object; the sums lie beside it, as its publisher left them. */
function recordObject(store: ReturnType<typeof memoryStore>): ChannelRecord["record"] {
  store.objects.set(`${base}/SHA256SUMS`, Buffer.from(sumsText(record)));
  return named.record;
}

test("sums that are missing, or not those that the record determines, are refused by name", async () => {
  const store = bucket();
  const expected = await archiveSigner(store);
  const reference = recordObject(store);
  for (const [bytes, state] of [
    ["0  x\n", "altered"],
    [undefined, "missing"],
  ] as const) {
    store.objects.delete(`${base}/SHA256SUMS`);
    if (bytes !== undefined) store.objects.set(`${base}/SHA256SUMS`, Buffer.from(bytes));
    await assert.rejects(requireSums(store, reference, [expected.public]), {
      code: "SLW-STORE-DAMAGED",
      message: new RegExp(`SHA256SUMS of the release that is to be promoted is ${state}`),
    });
  }
});

/** Lays a signature of the sums where a key's signatures lie. */
async function sign(
  store: ReturnType<typeof memoryStore>,
  signer: OpenPgpSigner,
  under: string = signer.public.fingerprint,
  signed: string = sumsText(record),
): Promise<void> {
  const signature = await signer.detach(Buffer.from(signed), now);
  store.objects.set(`${base}/SHA256SUMS.sig/${under}`, Buffer.from(signature));
}

test("who signed the sums is told by signatures that verify, and by nothing else", async () => {
  const store = bucket();
  const [expected, other] = [await archiveSigner(store), await archiveSigner(store)];
  const signers = () => requireSums(store, recordObject(store), [expected.public]);
  const path = (signer: OpenPgpSigner) => `${base}/SHA256SUMS.sig/${signer.public.fingerprint}`;
  const reset = () => {
    for (const it of [expected, other]) store.objects.delete(path(it));
  };

  assert.deepEqual(await signers(), [], "none");
  await sign(store, expected);
  assert.deepEqual(await signers(), [expected.public.fingerprint], "the expected key");
  await sign(store, other);
  assert.deepEqual(await signers(), [expected, other].map((it) => it.public.fingerprint).sort(), "both");
  reset();
  await sign(store, other);
  assert.deepEqual(await signers(), [other.public.fingerprint], "another key of the archive");
  reset();
  await sign(store, other, expected.public.fingerprint);
  assert.deepEqual(await signers(), [], "another key's signature under the expected one's name");
  reset();
  await sign(store, expected, expected.public.fingerprint, `${sumsText(record)}0 x\n`);
  assert.deepEqual(await signers(), [], "a signature of other sums");
  for (const garbage of ["", "hello\n", "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"]) {
    store.objects.set(path(expected), Buffer.from(garbage));
    assert.deepEqual(await signers(), [], "garbage");
  }
  store.objects.set(path(expected), Buffer.alloc(1 << 20));
  assert.deepEqual(await signers(), [], "a giant");
});

test("the expected key need not lie in the bucket; one that nobody knows is nobody's", async () => {
  const store = bucket();
  const [expected, stranger] = [await archiveSigner(store), await archiveSigner(store)];
  for (const path of [...store.objects.keys()].filter((it) => it.startsWith("keys/"))) store.objects.delete(path);
  await sign(store, expected);
  await sign(store, stranger);
  assert.deepEqual(await requireSums(store, recordObject(store), [expected.public]), [expected.public.fingerprint]);
});
