import { readChain } from "../channels/chain.ts";
import { keyringProduct } from "../signing/known-keys.ts";
import type { Ed25519Public, OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";

/** The public keys that clients of a bucket trust now. */
export interface TrustedKeys {
  /** The newest root that verifies: its number, and the ids of the keys that sign roots. */
  readonly root: { readonly version: number; readonly keyids: readonly string[] } | undefined;
  /** Fingerprints of the archive's OpenPGP keys. */
  readonly archive: readonly string[];
}

export async function trustedKeys(store: Store): Promise<TrustedKeys> {
  const [root] = (await readChain(store)).roots;
  const keyids = root?.metadata.signed.roles["root"]?.keyIDs ?? [];
  const names = (await store.list("keys/")).map(({ path }) => /^keys\/([0-9A-F]{40})\.asc$/.exec(path)?.[1]);
  return {
    root: root === undefined ? undefined : { version: root.version, keyids },
    archive: names.filter((name) => name !== undefined),
  };
}

/**
 * What users of a bucket have to hear of the keys that an update signs with: one sentence for each key that those who
 * trust the bucket now do not know. They refuse what it signs, and nothing that they fetch can tell them why.
 */
export function newKeySentences(
  { root, archive }: TrustedKeys,
  keys: { readonly root: Ed25519Public; readonly archive: OpenPgpPublic },
  archiveName: string,
): readonly string[] {
  const sentences: string[] = [];
  if (root !== undefined && !root.keyids.includes(keys.root.keyid)) {
    sentences.push(
      `the root after ${root.version} starts a new trust: this stack's root key is ${keys.root.keyid}, and root ${root.version} names another. ` +
        "TUF clients that trust the roots so far refuse it; they start again from keys/tuf-root.json.",
    );
  }
  const { fingerprint } = keys.archive;
  if (archive.length > 0 && !archive.includes(fingerprint)) {
    sentences.push(
      `the archive is signed by a new key, ${fingerprint}: machines that have only its earlier ones refuse it, until ` +
        `keys/${keyringProduct(archiveName)}.gpg is installed on them again.`,
    );
  }
  return sentences;
}

/** The same for a preview, while the keys that the update will make do not exist; undefined for a new bucket. */
export function keysToComeSentence({ root }: TrustedKeys, archiveName: string): string | undefined {
  if (root === undefined) return undefined;
  return (
    `this stack has no keys yet, and its bucket has releases signed by others: the update makes new keys and starts a new trust after root ${root.version}. ` +
    "Those who trust the bucket now refuse what comes, until they get keys/tuf-root.json and " +
    `keys/${keyringProduct(archiveName)}.gpg again. Where the state was lost and a copy exists, restore that first.`
  );
}
