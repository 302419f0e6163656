import { journalDamage, trustDamage } from "../channels/history.ts";
import { sha256 } from "../digest.ts";
import { damaged, digests, type Finding } from "../finding.ts";
import { keyringArmored, keyringBytes } from "../signing/keyring.ts";
import { damagedCertificates } from "../signing/known-keys.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";

/** Certificates that cannot be read; and the keyrings that users take hold every key, and nothing else. */
export async function keyFindings(store: Store, keys: readonly OpenPgpPublic[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { path } of await store.list("keys/")) {
    const ending = /-archive-keyring\.(gpg|asc)$/.exec(path)?.[1];
    if (ending === undefined || keys.length === 0) continue;
    const wanted = sha256(ending === "gpg" ? await keyringBytes(keys) : await keyringArmored(keys));
    const found = await store.digest(path);
    if (found !== wanted)
      findings.push(damaged(path, "is not the keyring of the bucket's keys", digests(wanted, found)));
  }
  for (const path of await damagedCertificates(store, keys)) findings.push(damaged(path, "is no certificate"));
  return findings;
}

/** Entries lie under their own digest, also those of moves that were never in force. */
export async function entryFindings(store: Store): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { path } of await store.list("channels/")) {
    const digest = /^channels\/[^/]+\/([0-9a-f]{64})\.[a-z0-9]+\.json$/.exec(path)?.[1];
    if (digest === undefined) continue;
    const found = await store.digest(path);
    if (found !== digest) findings.push(damaged(path, "is altered", digests(digest, found)));
  }
  return findings;
}

/** What was in force before: roots, targets and the journals of these channels. */
export async function pastFindings(
  store: Store,
  channels: readonly { readonly product: string; readonly channel: string }[],
): Promise<readonly Finding[]> {
  const lines = [...(await trustDamage(store))];
  for (const { product, channel } of channels) lines.push(...(await journalDamage(store, product, channel)));
  return lines.map((line) => {
    const [path = line, state = "altered"] = line.split(": ");
    return damaged(path, `is ${state}`);
  });
}
