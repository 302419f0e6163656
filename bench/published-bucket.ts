import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { ChannelRecord } from "../packaging/channels/entry.ts";
import { ensureTrust } from "../packaging/channels/trust.ts";
import { ed25519Public } from "../packaging/signing/ed25519.ts";
import type { Ed25519Signer } from "../packaging/signing/signer.ts";
import { directoryStore } from "../packaging/store/directory.ts";
import type { Store } from "../packaging/store/store.ts";
import { epoch, expires, pointChannel, writeRelease } from "./published-release.ts";

/** A channel keeps at most so many versions beside its current one. */
export const versionsPerProduct = 25;
/** Two packages for each of two architectures, as a product of Slipway has. */
export const packagesPerRelease = 4;

const channel = "dev";

export interface PublishedBucket {
  readonly folder: string;
  readonly store: Store;
  /** Packages that channel `dev` offers in all. */
  readonly packages: number;
  /** Publishes one more version of the first product and points its channel at it: the suite is then one release behind. */
  publishOneMore(): Promise<void>;
}

/**
 * A directory bucket with `packages` published packages on channel `dev`, with records, inventories and real (tiny) .deb
 * files that apt-ftparchive reads, moved by TUF roles as the program moves them. It is written without the builds and
 * the stack's updates that would have led there, and without waiting for the disk: ten thousand packages take a minute.
 */
export async function publishedBucket(folder: string, packages: number): Promise<PublishedBucket> {
  const store = directoryStore(folder);
  const signer = fixedSigner();
  const releases = Math.ceil(packages / packagesPerRelease);
  const products = Array.from({ length: Math.ceil(releases / versionsPerProduct) }, (_, at) => ({
    product: `tool-${String(at).padStart(4, "0")}`,
    versions: Math.min(versionsPerProduct, releases - at * versionsPerProduct),
  }));
  const movers = products.map(({ product }) => ({ product, channel, key: signer.public }));
  await ensureTrust(store, { root: signer, targets: signer, movers, moverSigner: signer, expires, now: epoch });
  const named = new Map<string, readonly ChannelRecord[]>();
  for (const { product, versions } of products) {
    const records: ChannelRecord[] = [];
    for (let at = 0; at < versions; at++) records.unshift(await writeRelease(folder, product, `1.${at}.0`));
    named.set(product, records);
    await pointChannel(store, { product, channel }, records, signer);
  }
  const [first] = products;
  return {
    folder,
    store,
    packages: releases * packagesPerRelease,
    publishOneMore: async () => {
      if (first === undefined) return;
      const before = named.get(first.product) ?? [];
      const records = [await writeRelease(folder, first.product, `1.${before.length}.0`), ...before];
      named.set(first.product, records);
      await pointChannel(store, { product: first.product, channel }, records, signer);
    },
  };
}

/** A TUF key that is the same in every run: its seed is one byte, 32 times. */
function fixedSigner(): Ed25519Signer {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 7)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const point = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(12).toString("hex");
  return { public: ed25519Public(point), sign: (bytes) => sign(null, bytes, key) };
}
