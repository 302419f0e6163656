import type { ChannelView } from "../channels/channel-view.ts";
import type { ChannelRecord } from "../channels/entry.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { damaged, digests, type Finding } from "../finding.ts";
import { releaseFolder } from "../record/folder.ts";
import { inventoryLimit, parseInventoryOf } from "../record/inventory.ts";
import { parseRecordOf, recordLimit } from "../record/record.ts";
import { signaturePath } from "../record/signatures.ts";
import { certificatesIn } from "../signing/known-keys.ts";
import { verifyDetached } from "../signing/openpgp.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { keyringFingerprints } from "./named-objects.ts";
import type { Pins } from "./trusted-root.ts";

/** The OpenPGP keys of an archive whose signatures count. */
export interface TrustedKeys {
  readonly keys: readonly OpenPgpPublic[];
  /** Who says so: the pin, a signed release of the keyring, or nobody but the bucket. */
  readonly vouchedBy: "pin" | "keyring" | "bucket";
  readonly findings: readonly Finding[];
}

/** A release of the archive's keyring that something trusted names, and the digest of the keyring file that it ships. */
interface ShippedKeyring {
  readonly product: string;
  readonly version: string;
  readonly sha256: string;
}

/**
 * Whoever can write a bucket can put certificates there. With a pinned root those count that a keyring of the archive holds:
 * a product whose signed channel names its record, which names what is in the package. With a pinned key that one counts, and
 * those of a keyring that it signed. Without a pin, all.
 */
export async function trustedKeys(store: Store, channels: readonly ChannelView[], pins: Pins): Promise<TrustedKeys> {
  const all = await certificatesIn(store);
  const byRoot = pins.root !== undefined || pins.rootKey !== undefined;
  const pinned = all.find(({ fingerprint }) => fingerprint === pins.archiveKey);
  if (!byRoot && pins.archiveKey === undefined) return { keys: all, vouchedBy: "bucket", findings: [] };
  const findings: Finding[] = [];
  if (pins.archiveKey !== undefined && pinned === undefined) {
    const difference = { expected: `the certificate of key ${pins.archiveKey}`, found: "none that can be read" };
    findings.push(
      damaged(`keys/${pins.archiveKey}.asc`, "is not the certificate of the key that is trusted", difference),
    );
  }
  const keyrings = channels.filter(({ product }) => isKeyring(product));
  const shipped = await shippedKeyrings(store, keyrings, byRoot, pinned);
  const trusted = new Set(pinned === undefined ? [] : [pinned.fingerprint]);
  for (const product of new Set(shipped.map((it) => it.product))) {
    const own = shipped.filter((it) => it.product === product);
    const found = await store.digest(`keys/${product}.gpg`);
    const same = own.find((it) => it.sha256 === found);
    const [newest] = own;
    if (same !== undefined) {
      for (const fingerprint of await keyringFingerprints(store, product)) trusted.add(fingerprint);
    } else if (newest !== undefined) {
      const what = `is not the keyring that ${product} ${newest.version} ships`;
      findings.push(damaged(`keys/${product}.gpg`, what, digests(newest.sha256, found)));
    }
  }
  // A bucket whose archive has no keyring of its own is trusted for its OpenPGP keys by name alone, and says so.
  if (byRoot && keyrings.length === 0 && pins.archiveKey === undefined) {
    return { keys: all, vouchedBy: "bucket", findings };
  }
  const foreign = all.filter(({ fingerprint }) => !trusted.has(fingerprint));
  const holds = `expected one of ${[...trusted].join(", ") || "no key"}`;
  for (const { fingerprint } of foreign) {
    findings.push(
      damaged(`keys/${fingerprint}.asc`, `is no key of the archive: no keyring that is trusted holds it, ${holds}`),
    );
  }
  const keys = all.filter(({ fingerprint }) => trusted.has(fingerprint));
  return { keys, vouchedBy: shipped.length > 0 ? "keyring" : "pin", findings };
}

function isKeyring(product: string): boolean {
  return product.endsWith("-archive-keyring");
}

async function shippedKeyrings(
  store: Store,
  channels: readonly ChannelView[],
  byRoot: boolean,
  pinned: OpenPgpPublic | undefined,
): Promise<readonly ShippedKeyring[]> {
  const found: ShippedKeyring[] = [];
  for (const { product, entry, intact } of channels) {
    for (const named of entry === undefined ? [] : [entry.current, ...entry.kept]) {
      const vouched = (byRoot && intact) || (pinned !== undefined && (await isSigned(store, named, pinned)));
      const digest = vouched ? await keyringDigest(store, product, named) : undefined;
      if (digest !== undefined) found.push({ product, version: named.version, sha256: digest });
    }
  }
  return found;
}

/** Digest of the keyring inside a release of it, or undefined where what would tell is damaged: that is found elsewhere. */
async function keyringDigest(
  store: Store,
  product: string,
  { version, folder, record: named }: ChannelRecord,
): Promise<string | undefined> {
  try {
    const bytes = await store.read(named.path, recordLimit);
    if (bytes === undefined || sha256(bytes) !== named.sha256) return undefined;
    const [artifact] = parseRecordOf(bytes, named.path, { product, version }).artifacts;
    const path = artifact && `${releaseFolder(product, folder)}/${artifact.inventory.path}`;
    const inventory = path === undefined ? undefined : await store.read(path, inventoryLimit);
    if (artifact === undefined || path === undefined || inventory === undefined) return undefined;
    if (sha256(inventory) !== artifact.inventory.sha256) return undefined;
    const { entries } = parseInventoryOf(inventory, path, artifact.name);
    return entries.find((it) => it.path === `usr/share/keyrings/${product}.gpg`)?.sha256;
  } catch (error) {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}

async function isSigned(store: Store, { record }: ChannelRecord, key: OpenPgpPublic): Promise<boolean> {
  try {
    const bytes = await store.read(record.path, recordLimit);
    const signature = await store.read(signaturePath(record.path, key.fingerprint), 64 << 10);
    if (bytes === undefined || signature === undefined) return false;
    return await verifyDetached(key.armored, bytes, Buffer.from(signature).toString());
  } catch (error) {
    if (error instanceof SlipwayError) return false;
    throw error;
  }
}
