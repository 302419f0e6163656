import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { ChannelRecord } from "../channels/entry.ts";
import { readChannel } from "../channels/read.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { type Places, placesOf } from "../places.ts";
import { parseFolder } from "../record/folder.ts";
import { releaseDigests } from "../record/inspect.ts";
import { derivedTexts, publishRecord } from "../record/publish.ts";
import { parseRecord, type ReleaseRecord, recordLimit, recordText } from "../record/record.ts";
import { restoreObject } from "../record/repair.ts";
import { addSignature, copySumsSignature, type SignatureOutcome, signaturePath } from "../record/signatures.ts";
import { inOrder, knownKeys } from "../signing/known-keys.ts";
import { openOpenPgp, verifyDetached } from "../signing/openpgp.ts";
import type { OpenPgpPublic, OpenPgpSigner } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { anyGone, hasDrift, objectDrift } from "./drift.ts";
import { firstWriterMetadata } from "./first-writer.ts";
import { objectReference, openPgpKey, openPgpPublic, schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";
import { repairPastRelease } from "./past-releases.ts";
import { channelPromises } from "./promised.ts";
import { settle } from "./settle.ts";

const inputs = z.object({
  schema: schemaNumber,
  bucket: z.string(),
  product: z.string(),
  /** The channel that will point at the release: what it names besides gets this key's signatures too. */
  channel: z.string(),
  version: z.string(),
  /** `release.json`, below the bucket's root. */
  record: objectReference,
  key: openPgpKey,
  /** The archive's keys, where the stack lists them: no other's signature counts. Unset (`dev`): all that the bucket has. */
  archiveKeys: z.array(openPgpPublic).optional(),
});

type Inputs = z.infer<typeof inputs>;

interface Outputs extends Values {
  readonly record: Inputs["record"];
  /** The first writer's facts: nothing else could bring them back. */
  readonly metadata: string;
  readonly objects: readonly { readonly path: string; readonly sha256: string }[];
}

/** A release's record, its sums and metadata, and their signatures. */
export const lifecycle = lifecycleOf<Inputs, Outputs>({
  kind: "release record",
  inputs,
  id: ({ product }) => product,
  write: async ({ bucket, product, channel, record: reference, key, archiveKeys }, before) => {
    const places = placesOf(bucket);
    const signer = await openOpenPgp(key.public, key.source);
    const listed = archiveKeys && inOrder([key.public, ...archiveKeys]);
    const archive = {
      signer,
      known: listed ?? (await knownKeys(places.store, key.public)),
      isListed: listed !== undefined,
    };
    const base = reference.path.slice(0, reference.path.lastIndexOf("/"));
    // What a refresh found damaged of the release that this one replaces: nobody else was told. What is nowhere is left.
    if (before !== undefined && before.record.path !== reference.path && hasDrift(before)) {
      await repairPastRelease(places, product, releaseAt(before.record));
    }
    const known = before?.record.path === reference.path ? before.metadata : undefined;
    const record = await settleRecord(places, product, reference, known, archive);
    const metadata = await readText(places.store, `${base}/metadata.json`);
    const signatures = [
      ...(await sign(places.store, base, record, metadata, archive, before?.objects)),
      ...(await signKept(places.store, product, channel, reference, archive)),
    ];
    const objects = [
      { path: reference.path, sha256: reference.sha256 },
      ...[...releaseDigests(base, record)].map(([path, digest]) => ({ path, sha256: digest })),
      { path: `${base}/metadata.json`, sha256: sha256(metadata) },
      ...signatures,
    ];
    const own = new Set(
      record.artifacts.flatMap(({ name, inventory }) => [`${base}/${name}`, `${base}/${inventory.path}`]),
    );
    return { record: reference, metadata, objects: objects.filter(({ path }) => !own.has(path)) };
  },
  lags: ({ bucket }, { objects }) => anyGone(placesOf(bucket).store, objects),
  drift: ({ bucket }, { objects }) => objectDrift(placesOf(bucket).store, objects),
});

/** What signs, and whose signatures count beside its own. */
interface Archive {
  readonly signer: OpenPgpSigner;
  readonly known: readonly OpenPgpPublic[];
  /** The stack lists the keys; otherwise they are all that the bucket has. */
  readonly isListed: boolean;
}

/**
 * Digest of a metadata.json that lies where nothing was published yet and that no key of the archive signed: it may be
 * anybody's, and gives way to this run's before anything signs it. Undefined where there is none such.
 */
async function strangeMetadata(store: Store, base: string, { known }: Archive): Promise<string | undefined> {
  if ((await vouchedMetadata(store, base, known)) !== undefined) return undefined;
  return store.digest(`${base}/metadata.json`);
}

/** A release as channels name it, from where its record lies. */
function releaseAt(record: Inputs["record"]): ChannelRecord {
  const folder = record.path.split("/")[2] ?? "";
  return { version: parseFolder(folder).version, folder, record };
}

/** Brings record, sums and metadata.json to what they should be; `known` is the metadata that the state remembers. */
async function settleRecord(
  { store, cache }: Places,
  product: string,
  reference: Inputs["record"],
  known: string | undefined,
  archive: Archive,
): Promise<ReleaseRecord> {
  const base = reference.path.slice(0, reference.path.lastIndexOf("/"));
  const file = await cache.getFile(reference.sha256);
  // Without the text at hand it can only be there already; with it, what the state or a channel names is repaired.
  const promised = file === undefined || known !== undefined || (await channelPromises(store, product, reference));
  if (promised) {
    const bytes = file === undefined ? undefined : { file, size: reference.size, sha256: reference.sha256 };
    await restoreObject(store, reference.path, reference.sha256, async () => bytes);
  }
  const text = file === undefined ? await readText(store, reference.path) : await readFile(file, "utf8");
  const record = parseRecord(Buffer.from(text), reference.path);
  const metadata = known ?? (await firstWriterMetadata(record));
  const strange = known === undefined && archive.isListed ? await strangeMetadata(store, base, archive) : undefined;
  await publishRecord(store, base, { recordText: recordText(record), metadataText: metadata });
  const path = `${base}/metadata.json`;
  if (known !== undefined) await settle(store, path, Buffer.from(known));
  else if (strange !== undefined) await store.replace(path, Buffer.from(metadata), strange);
  return record;
}

/**
 * Adds this key's signatures. They are dated the later of the release's epoch and the key's creation, so that the same
 * release and key give the same signatures on every machine. One that is there and valid stays, whoever made it; where
 * the state `remembers` this very one, other bytes in its place are damage all the same.
 */
async function sign(
  store: Store,
  base: string,
  record: ReleaseRecord,
  metadata: string | undefined,
  { signer, known }: Archive,
  remembers: Outputs["objects"] = [],
): Promise<readonly { path: string; sha256: string }[]> {
  const { fingerprint, armored, created } = signer.public;
  const date = Math.max(record.epoch, created);
  const derived = derivedTexts(record);
  const facts = metadata === undefined ? {} : { "metadata.json": metadata };
  const texts = { "release.json": recordText(record), ...facts, ...Object.fromEntries(derived) };
  const signatures: { path: string; sha256: string }[] = [];
  const restore = async (path: string, signature: Uint8Array) => {
    const digest = sha256(signature);
    const ours = remembers.some((object) => object.path === path && object.sha256 === digest);
    if (ours) await settle(store, path, signature);
  };
  for (const [name, text] of Object.entries(texts)) {
    const bytes = Buffer.from(text);
    const signature = Buffer.from(await signer.detach(bytes, date));
    const path = signaturePath(`${base}/${name}`, fingerprint);
    await restore(path, signature);
    const byKey = (found: Uint8Array) => verifies(armored, bytes, found);
    const added = await addSignature(store, `${base}/${name}`, fingerprint, signature, byKey);
    signatures.push({ path, sha256: await digestThere(store, path, added, signature) });
    if (name !== "SHA256SUMS") continue;
    const byAny = (found: Uint8Array) => anyOf(known.map((key) => verifies(key.armored, bytes, found)));
    await restore(`${base}/SHA256SUMS.asc`, signature);
    const copied = await copySumsSignature(store, base, signature, byAny);
    const copy = `${base}/SHA256SUMS.asc`;
    signatures.push({ path: copy, sha256: await digestThere(store, copy, copied, signature) });
  }
  return signatures;
}

/** What is there after a signature was added: this one, or one that was valid already. */
async function digestThere(
  store: Store,
  path: string,
  outcome: SignatureOutcome,
  signature: Uint8Array,
): Promise<string> {
  return outcome === "kept" ? ((await store.digest(path)) ?? "") : sha256(signature);
}

/**
 * Signs the other releases that a channel names: after a lost state, users who know the new key alone can verify them
 * too. One that is damaged is left alone until the channel's own repair has mended it, and so are all where nobody vouches
 * for what the channel names: a signature says that the archive stands for these bytes.
 */
async function signKept(
  store: Store,
  product: string,
  channel: string,
  current: Inputs["record"],
  archive: Archive,
): Promise<readonly { path: string; sha256: string }[]> {
  const { entry, proven, intact } = await readChannel(store, product, channel);
  const isSound = archive.isListed ? intact : proven;
  const signatures: { path: string; sha256: string }[] = [];
  for (const { record: named } of entry === undefined || !isSound ? [] : [entry.current, ...entry.kept]) {
    if (named.path === current.path || (await store.digest(named.path)) !== named.sha256) continue;
    const base = named.path.slice(0, named.path.lastIndexOf("/"));
    const record = parseRecord(Buffer.from(await readText(store, named.path)), named.path);
    const metadata = await vouchedMetadata(store, base, archive.known);
    signatures.push(...(await sign(store, base, record, metadata, archive)));
  }
  return signatures;
}

/** The text of a release's metadata.json, where a known key signed it: nothing else says that it is the first writer's. */
async function vouchedMetadata(
  store: Store,
  base: string,
  known: readonly OpenPgpPublic[],
): Promise<string | undefined> {
  const path = `${base}/metadata.json`;
  const bytes = await store.read(path, recordLimit);
  if (bytes === undefined) return undefined;
  for (const { fingerprint, armored } of known) {
    const signature = await store.read(signaturePath(path, fingerprint), recordLimit);
    if (signature !== undefined && (await verifies(armored, bytes, signature))) return Buffer.from(bytes).toString();
  }
  return undefined;
}

async function verifies(armored: string, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return verifyDetached(armored, bytes, Buffer.from(signature).toString()).catch(() => false);
}

async function anyOf(answers: readonly Promise<boolean>[]): Promise<boolean> {
  return (await Promise.all(answers)).includes(true);
}

async function readText(store: Store, path: string): Promise<string> {
  const bytes = await store.read(path, recordLimit);
  if (bytes === undefined) throw refusal("SLW-STORE-DAMAGED", `${path} was there a moment ago and is gone`);
  return Buffer.from(bytes).toString();
}
