import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { verifyDetached } from "../signing/openpgp.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { parseRecord, recordLimit } from "./record.ts";
import { signaturePath } from "./signatures.ts";
import { sumsText } from "./sums.ts";

/** Most bytes that a detached signature may have; a larger file is no signature. */
const signatureLimit = 64 << 10;

/** Who signed the sums of a release, or why nobody can tell. */
export interface SumsSigners {
  /** OpenPGP fingerprints, in the order of `keys`. */
  readonly fingerprints: readonly string[];
  /** The record or its sums, where they are not what the record's digest promises. */
  readonly damaged: readonly { readonly path: string; readonly state: "missing" | "altered" }[];
}

/**
 * The keys among `keys` whose signatures of a release's SHA256SUMS verify. The record is the one of this digest, and the
 * sums are those that it determines: a good signature of other sums says nothing about this release.
 */
export async function sumsSigners(
  store: Store,
  record: { readonly path: string; readonly sha256: string },
  keys: readonly OpenPgpPublic[],
): Promise<SumsSigners> {
  const bytes = await readWithin(store, record.path, recordLimit);
  if (bytes === undefined || sha256(bytes) !== record.sha256) return damage(store, record.path);
  const sums = Buffer.from(sumsText(parseRecord(bytes, record.path)));
  const path = `${record.path.slice(0, record.path.lastIndexOf("/"))}/SHA256SUMS`;
  if ((await store.digest(path)) !== sha256(sums)) return damage(store, path);
  const fingerprints: string[] = [];
  for (const { fingerprint, armored } of keys) {
    const signature = await readWithin(store, signaturePath(path, fingerprint), signatureLimit);
    if (signature === undefined) continue;
    if (await verifyDetached(armored, sums, Buffer.from(signature).toString())) fingerprints.push(fingerprint);
  }
  return { fingerprints, damaged: [] };
}

async function damage(store: Store, path: string): Promise<SumsSigners> {
  const state = (await store.stat(path)) === undefined ? "missing" : "altered";
  return { fingerprints: [], damaged: [{ path, state }] };
}

/** A giant in an object's place is damage like any other. */
async function readWithin(store: Store, path: string, limit: number): Promise<Uint8Array | undefined> {
  try {
    return await store.read(path, limit);
  } catch (error) {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}
