import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { Store } from "../store/store.ts";

/** Whether bytes are a valid signature of the object, by the key in question. */
export type VerifySignature = (bytes: Uint8Array) => boolean | Promise<boolean>;

export type SignatureOutcome = "created" | "equal" | "kept" | "repaired";

/** Most bytes that a detached signature may have; a larger file is no signature. */
const signatureLimit = 64 << 10;
const attempts = 5;

/** Where a key's signature of an object lies: beside it, under the key's fingerprint. */
export function signaturePath(path: string, fingerprint: string): string {
  return `${path}.sig/${fingerprint}`;
}

/** Adds a key's detached signature of the object at `path`. See `putSignature`. */
export function addSignature(
  store: Store,
  path: string,
  fingerprint: string,
  bytes: Uint8Array,
  verify: VerifySignature,
): Promise<SignatureOutcome> {
  return putSignature(store, signaturePath(path, fingerprint), bytes, verify);
}

/**
 * Copies a signature of SHA256SUMS to `SHA256SUMS.asc`, where people look for it. One of another key that is valid
 * stays, if `verify` says so.
 */
export function copySumsSignature(
  store: Store,
  base: string,
  bytes: Uint8Array,
  verify: VerifySignature,
): Promise<SignatureOutcome> {
  return putSignature(store, `${base}/SHA256SUMS.asc`, bytes, verify);
}

/**
 * Signatures are only ever added: one that is there and valid stays as it is (`equal`, or `kept` where its bytes are
 * others); one that is not valid is damage, and is replaced while those damaged bytes are still there (`repaired`).
 */
async function putSignature(
  store: Store,
  path: string,
  bytes: Uint8Array,
  verify: VerifySignature,
): Promise<SignatureOutcome> {
  const wanted = sha256(bytes);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await store.digest(path);
    if (found === wanted) return "equal";
    if (found !== undefined && (await isValid(store, path, verify))) return "kept";
    if (await store.replace(path, bytes, found)) return found === undefined ? "created" : "repaired";
  }
  throw refusal("SLW-STORE", `${path} kept changing while a signature was being added; run again.`);
}

async function isValid(store: Store, path: string, verify: VerifySignature): Promise<boolean> {
  const object = await store.stat(path);
  if (object === undefined || object.size > signatureLimit) return false;
  const bytes = await store.read(path, signatureLimit);
  return bytes !== undefined && (await verify(bytes));
}
