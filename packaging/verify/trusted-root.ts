import type { Root } from "@tufjs/models";
import { readText, rootPath } from "../channels/layout.ts";
import { limits, parseRoot, signsFor, type TufFile } from "../channels/metadata.ts";
import { withRoots } from "../channels/pinned-view.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { damaged, digests, type Finding } from "../finding.ts";
import { ed25519Public } from "../signing/ed25519.ts";
import type { Store } from "../store/store.ts";

/** Where a bucket has the root that a new client starts from. */
export const rootToTrust = "keys/tuf-root.json";
/** Most roots that are followed, as many as python-tuf follows twice over. */
const mostRoots = 512;

/** What somebody trusts who looks at a bucket; what is left out is taken from the bucket itself. */
export interface Pins {
  /** Text of a TUF root. */
  readonly root?: string;
  /** Key id of a TUF root key, 64 hex digits: a root that this key signed is trusted. */
  readonly rootKey?: string;
  /** Fingerprint of an OpenPGP key of the archive, 40 hex digits. */
  readonly archiveKey?: string;
}

/** The roots that are trusted: the one that the pin means, and each next one that follows from it. */
export interface TrustedRoots {
  /** Ascending; empty where the bucket has no root of the key that is pinned. */
  readonly roots: readonly TufFile<Root>[];
  readonly findings: readonly Finding[];
}

/**
 * Follows the roots of a bucket from the pinned one on, by name: each next root is signed by the one before and by itself
 * (TUF specification, section 5.3). Refuses (SLW-CHANNEL) a pinned text that is no root.
 */
export async function trustedRoots(store: Store, pins: Pick<Pins, "root" | "rootKey">): Promise<TrustedRoots> {
  const first = pins.root === undefined ? await rootOfKey(store, pins.rootKey ?? "") : pinnedRoot(pins.root);
  if (first === undefined) {
    const found = parseRoot(await readText(store, rootToTrust, limits.root));
    const what = "is not signed by the key that is trusted, and no other root of the bucket is";
    const expected = `a TUF root signed by key ${pins.rootKey}`;
    return { roots: [], findings: [damaged(rootToTrust, what, { expected, found: rootSignedBy(found) })] };
  }
  const roots = [first];
  const findings = [...(await sameRoot(store, first))];
  for (let last = first; roots.length < mostRoots; ) {
    const path = rootPath(last.version + 1);
    const text = await readText(store, path, limits.root);
    if (text === undefined && (await store.stat(path)) === undefined) break;
    const next = parseRoot(text);
    const follows = next?.version === last.version + 1 && signsFor(last.metadata, "root", next);
    if (next === undefined || !follows || !signsFor(next.metadata, "root", next)) {
      findings.push(
        damaged(path, `does not follow from root ${last.version}, which is trusted: clients stop there`, {
          expected: `root ${last.version + 1}, signed by keys of root ${last.version} (${rootKeys(last).join(", ")})`,
          found: rootSignedBy(next),
        }),
      );
      break;
    }
    roots.push(next);
    last = next;
  }
  return { roots, findings: [...findings, ...(await rootForNewClients(store, roots))] };
}

/** The bucket with no roots but trusted ones. `history`: also those before them, which vouch for nothing now. */
export async function trustedView(store: Store, { roots }: TrustedRoots, history: boolean): Promise<Store> {
  const texts = new Map(roots.map(({ version, text }) => [rootPath(version), text]));
  const first = roots[0]?.version ?? 1;
  for (let version = history ? 1 : first; version < first; version += 1) {
    const text = await readText(store, rootPath(version), limits.root);
    if (text !== undefined) texts.set(rootPath(version), text);
  }
  return withRoots(store, texts);
}

function pinnedRoot(text: string): TufFile<Root> {
  const root = parseRoot(text);
  if (root !== undefined && signsFor(root.metadata, "root", root)) return root;
  throw refusal("SLW-CHANNEL", "What is given as the root to trust is no TUF root.", {
    hint: `Take ${rootToTrust} of a bucket whose owner told you its key.`,
  });
}

/** The bucket's own copy of the root that is trusted. */
async function sameRoot(store: Store, { version, text }: TufFile<Root>): Promise<readonly Finding[]> {
  const path = rootPath(version);
  const found = await store.digest(path);
  const wanted = sha256(text);
  if (found === wanted) return [];
  const what = found === undefined ? "is missing" : "is another root than the one that is trusted";
  return [damaged(path, what, digests(wanted, found))];
}

async function rootForNewClients(store: Store, roots: readonly TufFile<Root>[]): Promise<readonly Finding[]> {
  const found = await store.digest(rootToTrust);
  const wanted = roots.map(({ text }) => sha256(text));
  if (found !== undefined && wanted.includes(found)) return [];
  const what =
    found === undefined
      ? "is missing: a new client has nothing to trust"
      : "is none of the roots that are trusted: a new client that takes it follows somebody else, or nobody";
  return [damaged(rootToTrust, what, digests(wanted.at(-1) ?? "", found))];
}

/** The first root of the bucket that a key signed, and that signs itself. */
async function rootOfKey(store: Store, keyid: string): Promise<TufFile<Root> | undefined> {
  const paths = [rootToTrust, ...Array.from({ length: mostRoots }, (_, before) => rootPath(before + 1))];
  for (const path of paths) {
    const text = await readText(store, path, limits.root);
    if (text === undefined && path !== rootToTrust && (await store.stat(path)) === undefined) return undefined;
    const root = parseRoot(text);
    if (root !== undefined && signers(root).includes(keyid) && signsFor(root.metadata, "root", root)) return root;
  }
  return undefined;
}

/** Ids of the root keys whose signatures a root bears. An id is computed from its key: what a file calls it proves nothing. */
function signers({ metadata }: TufFile<Root>): readonly string[] {
  return (metadata.signed.roles["root"]?.keyIDs ?? []).filter((id) => {
    const key = metadata.signed.keys[id];
    try {
      if (key === undefined || ed25519Public(key.keyVal["public"] ?? "").keyid !== id) return false;
      key.verifySignature(metadata);
      return true;
    } catch {
      return false;
    }
  });
}

function rootSignedBy(root: TufFile<Root> | undefined): string {
  return root === undefined ? "no TUF root" : `a TUF root signed by key ${signers(root).join(", ") || "of nobody"}`;
}

function rootKeys({ metadata }: TufFile<Root>): readonly string[] {
  return metadata.signed.roles["root"]?.keyIDs ?? [];
}
