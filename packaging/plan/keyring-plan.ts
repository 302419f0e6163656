import { buildArtifacts } from "../builds/build.ts";
import { readChannel } from "../channels/read.ts";
import { sha256 } from "../digest.ts";
import { keyringJob } from "../formats/debian/keyring.ts";
import type { Places } from "../places.ts";
import { releaseFolder } from "../record/folder.ts";
import { inventoryLimit, parseInventory } from "../record/inventory.ts";
import { keyringBytes } from "../signing/keyring.ts";
import { keyringProduct, knownKeys } from "../signing/known-keys.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { finish } from "./build-plan.ts";
import { readRelease } from "./published-plan.ts";
import type { Release } from "./release-plan.ts";

export interface KeyringOptions {
  /** Name of the archive: the package is `<archive>-archive-keyring`. */
  readonly archive: string;
  readonly origin: string;
  readonly homepage: string;
  readonly channel: string;
}

/**
 * The keyring package for the keys in use: the published one where it holds just these keys, else the next version of
 * it. Its version is the key set's number; its epoch is the newest key's creation.
 */
export async function planKeyring(key: OpenPgpPublic, options: KeyringOptions, places: Places): Promise<Release> {
  const { store, cache, cacheFolder } = places;
  const keys = await knownKeys(store, key);
  const keyring = await keyringBytes(keys);
  const product = keyringProduct(options.archive);
  const { entry } = await readChannel(store, product, options.channel);
  if (entry !== undefined) {
    const published = await readRelease(store, product, entry.current);
    if ((await keyringDigest(store, published)) === sha256(keyring)) return published;
  }
  const number = entry === undefined ? 1 : Number(entry.current.version.split(".")[0]) + 1;
  const { homepage, origin, archive } = options;
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
  return finish(facts, [job], await buildArtifacts([job], { cacheFolder }), cache);
}

async function keyringDigest(store: Store, { product, folder, record }: Release): Promise<string | undefined> {
  const [artifact] = record.artifacts;
  if (artifact === undefined) return undefined;
  const path = `${releaseFolder(product, folder)}/${artifact.inventory.path}`;
  const bytes = await store.read(path, inventoryLimit);
  if (bytes === undefined) return undefined;
  const entry = parseInventory(bytes, path).entries.find((it) => it.path === `usr/share/keyrings/${product}.gpg`);
  return entry?.sha256;
}
