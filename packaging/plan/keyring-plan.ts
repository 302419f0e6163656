import { buildArtifacts } from "../builds/build.ts";
import type { ChannelRecord } from "../channels/entry.ts";
import { newestEntry } from "../channels/read.ts";
import { sha256 } from "../digest.ts";
import { keyringJob } from "../formats/debian/keyring.ts";
import type { Places } from "../places.ts";
import { type FolderNaming, releaseFolder } from "../record/folder.ts";
import { releaseDrift } from "../record/inspect.ts";
import { inventoryLimit, parseInventoryOf } from "../record/inventory.ts";
import { parseRecord, recordLimit } from "../record/record.ts";
import { signaturePath } from "../record/signatures.ts";
import { keyringBytes } from "../signing/keyring.ts";
import { damagedCertificates, inOrder, keyringProduct, knownKeys } from "../signing/known-keys.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { finish } from "./build-plan.ts";
import { readRelease } from "./published-plan.ts";
import { readNamed, type Shelves } from "./read-named.ts";
import type { Release } from "./release-plan.ts";

export interface KeyringOptions {
  /** Name of the archive: the package is `<archive>-archive-keyring`. */
  readonly archive: string;
  readonly origin: string;
  readonly homepage: string;
  readonly channel: string;
  readonly folderOf: FolderNaming;
  /** The archive's keys, where the stack lists them. Unset (`dev`): every key that the bucket ever had. */
  readonly keys?: readonly OpenPgpPublic[];
}

/**
 * The keyring package for the keys in use: the published one where it holds just these keys, else the next version of
 * it. Its version is the key set's number; its epoch is the newest key's creation.
 */
export async function planKeyring(key: OpenPgpPublic, options: KeyringOptions, places: Places): Promise<Release> {
  // Whoever can write the bucket can put a certificate there: outside `dev` it says nothing about whom to trust.
  const keys = options.keys ? inOrder([key, ...options.keys]) : await knownKeys(places.store, key);
  const product = keyringProduct(options.archive);
  // Only what keys vouch for: a package that is taken from here is signed, and installs as root.
  const entry = await newestEntry(places.store, product, options.channel);
  if (entry === undefined) return buildKeyring(1, keys, options, places);
  const number = Number(entry.current.version.split(".")[0]);
  if (!(await isWhole(places.store, product, entry.current))) {
    // It is a function of the keys: made again, it is at hand for the repair of the bucket.
    const again = await buildKeyring(number, keys, options, places);
    if (again.recordObject.sha256 === entry.current.record.sha256) return again;
  }
  const published = await readRelease(places, product, entry.current);
  if ((await keyringDigest(places, published)) === sha256(await keyringBytes(keys))) return published;
  if (options.keys === undefined && (await isUnsure(places.store, key, keys, published))) return published;
  return buildKeyring(number + 1, keys, options, places);
}

async function buildKeyring(
  number: number,
  keys: readonly OpenPgpPublic[],
  { archive, origin, homepage, folderOf }: KeyringOptions,
  { cache, cacheFolder, shared }: Places,
): Promise<Release> {
  const product = keyringProduct(archive);
  const keyring = await keyringBytes(keys);
  const epoch = Math.max(...keys.map(({ created }) => created));
  const maintainer = { name: `${origin} archive`, email: `${product}@localhost` };
  const job = keyringJob({ archive, version: number, epoch, keyring, maintainer, homepage, origin });
  const facts = {
    id: product,
    version: job.version,
    epoch,
    summary: `OpenPGP keys of the ${origin} package archive`,
    description: [`The keys that sign the ${origin} package archive, past and present.`],
    homepage,
    maintainer,
    licence: { spdx: "CC0-1.0", holder: origin, from: "" },
    features: {},
    services: [],
  };
  return finish(facts, [job], await buildArtifacts([job], { cacheFolder, shared }), folderOf, cache);
}

/** Whether a published keyring's record, package and inventory are in the bucket as they were written. */
async function isWhole(store: Store, product: string, { folder, record: named }: ChannelRecord): Promise<boolean> {
  const bytes = await store.read(named.path, recordLimit).catch(() => undefined);
  if (bytes === undefined || sha256(bytes) !== named.sha256) return false;
  const record = parseRecord(bytes, named.path);
  return (await releaseDrift(store, releaseFolder(product, folder), record, new Map())).length === 0;
}

/** Whether the keys only seem to differ: a certificate is damaged, and the key in use signed what is published. */
async function isUnsure(
  store: Store,
  key: OpenPgpPublic,
  known: readonly OpenPgpPublic[],
  { product, folder }: Release,
): Promise<boolean> {
  if ((await damagedCertificates(store, known)).length === 0) return false;
  const signature = signaturePath(`${releaseFolder(product, folder)}/SHA256SUMS`, key.fingerprint);
  return (await store.stat(signature)) !== undefined;
}

/** Digest of the keyring file inside the published package. */
async function keyringDigest(at: Shelves, { product, folder, record }: Release): Promise<string | undefined> {
  const [artifact] = record.artifacts;
  if (artifact === undefined) return undefined;
  const path = `${releaseFolder(product, folder)}/${artifact.inventory.path}`;
  const bytes = await readNamed(at, { ...artifact.inventory, path }, inventoryLimit);
  const { entries } = parseInventoryOf(bytes, path, artifact.name);
  return entries.find((it) => it.path === `usr/share/keyrings/${product}.gpg`)?.sha256;
}
