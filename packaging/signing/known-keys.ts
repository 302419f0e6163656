import { byBytes } from "../byte-order.ts";
import type { Store } from "../store/store.ts";
import { readOpenPgpPublic, requireSelfSigned } from "./openpgp-public.ts";
import type { OpenPgpPublic } from "./signer.ts";

/** Certificates in the bucket: `keys/<fingerprint>.asc`. */
const certificate = /^keys\/[0-9A-F]{40}\.asc$/;
const certificateLimit = 64 << 10;

/** The product that brings an archive's keys to machines, and the name of its package and keyring file. */
export function keyringProduct(archive: string): string {
  return `${archive}-archive-keyring`;
}

/** Every OpenPGP key that the bucket ever had, and `own`: oldest first. */
export async function knownKeys(store: Store, ...own: readonly OpenPgpPublic[]): Promise<readonly OpenPgpPublic[]> {
  const known = new Set(own.map(({ fingerprint }) => fingerprint));
  const others = (await certificatesIn(store)).filter(({ fingerprint }) => !known.has(fingerprint));
  return inOrder([...own, ...others]);
}

/** Keys, each once (the first certificate of it that is given), oldest first: the order of a keyring. */
export function inOrder(keys: readonly OpenPgpPublic[]): readonly OpenPgpPublic[] {
  const each = new Map(keys.toReversed().map((key) => [key.fingerprint, key]));
  return [...each.values()].sort((a, b) => a.created - b.created || byBytes(a.fingerprint, b.fingerprint));
}

/** Every certificate of the bucket that its own key signed, oldest first. */
export async function certificatesIn(store: Store): Promise<readonly OpenPgpPublic[]> {
  const keys = new Map<string, OpenPgpPublic>();
  for (const { path, size } of await store.list("keys/")) {
    if (!certificate.test(path) || size > certificateLimit) continue;
    const bytes = await store.read(path, certificateLimit);
    const found = bytes && (await readSound(Buffer.from(bytes).toString()));
    // A damaged copy is drift, and is repaired by the resource that owns it; it must not shape a package.
    if (found === undefined || path !== `keys/${found.fingerprint}.asc`) continue;
    keys.set(found.fingerprint, found);
  }
  return inOrder([...keys.values()]);
}

/** Paths of certificates in the bucket of other keys than these. */
export async function otherCertificates(store: Store, keys: readonly OpenPgpPublic[]): Promise<readonly string[]> {
  const listed = new Set(keys.map(({ fingerprint }) => fingerprint));
  const others = (await certificatesIn(store)).filter(({ fingerprint }) => !listed.has(fingerprint));
  return others.map(({ fingerprint }) => `keys/${fingerprint}.asc`);
}

/** Paths of certificates that lie in the bucket and cannot be read. */
export async function damagedCertificates(store: Store, known: readonly OpenPgpPublic[]): Promise<readonly string[]> {
  const readable = new Set(known.map(({ fingerprint }) => `keys/${fingerprint}.asc`));
  const paths = (await store.list("keys/")).map(({ path }) => path);
  return paths.filter((path) => certificate.test(path) && !readable.has(path));
}

/** A certificate that its own key signed; undefined for any other text. */
async function readSound(armored: string): Promise<OpenPgpPublic | undefined> {
  try {
    const found = await readOpenPgpPublic(armored);
    await requireSelfSigned(found);
    return found;
  } catch {
    return undefined;
  }
}
