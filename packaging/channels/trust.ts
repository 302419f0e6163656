import type { Root, Targets } from "@tufjs/models";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { Ed25519Signer } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { type Chain, readChain } from "./chain.ts";
import { readText, rootPath, targetsPath } from "./layout.ts";
import { limits, parseRoot, parseTargets, signedText, signsFor, type TufFile } from "./metadata.ts";
import { advanceTimestamp, createOnly, createSnapshot } from "./publish.ts";
import { type Delegations, type Mover, mergeDelegations, rootPart, says, targetsPart } from "./trust-content.ts";

/** How often an update is tried that another writer of the same bucket overtook. */
const attempts = 10;

export interface Trust {
  readonly root: Ed25519Signer;
  /** The root key before a normal rotation: the next root is then signed by both. */
  readonly previousRoot?: Ed25519Signer;
  readonly targets: Ed25519Signer;
  /** Channels to delegate. Others that the bucket delegates already stay: a channel is forgotten, never withdrawn. */
  readonly movers: readonly Mover[];
  /** With it, a change is in force at once; without, with the next move of any channel. */
  readonly moverSigner?: Ed25519Signer;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly expires: string;
  /** Seconds since 1970. */
  readonly now: number;
  /** Text of the newest root as the caller remembers it: put back where the bucket's is damaged or gone. */
  readonly knownRoot?: string;
}

export interface TrustState {
  readonly root: { readonly version: number; readonly text: string };
  readonly targets: { readonly version: number; readonly text: string };
  /** This call started a new trust: clients of the roots before refuse this one, and must be given it anew. */
  readonly newTrust: boolean;
  /** Key id of the root key in force. */
  readonly rootKeyid: string;
}

/**
 * Makes the bucket's newest root and targets list these keys and channels; writes nothing where they do. Versions go on
 * from the highest in the bucket. Where the newest root's key is neither `root` nor `previousRoot` (the state was lost),
 * the next root is signed by the new key alone and starts a new trust. Refuses (SLW-CHANNEL-RACE) when other writers of
 * the bucket's trust never rest, and (SLW-KEY) a `knownRoot` that does not sign itself.
 */
export async function ensureTrust(store: Store, trust: Trust): Promise<TrustState> {
  await restoreKnownRoot(store, trust.knownRoot);
  const before = await readChain(store);
  const continues = signersOf(before, trust) !== undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const chain = attempt === 0 ? before : await readChain(store);
    const delegations = mergeDelegations(signersOf(chain, trust) && chain.targets, trust.movers);
    const root = await ensureRoot(store, chain, trust, delegations);
    const targets = root && (await ensureTargets(store, chain, root, trust, delegations));
    if (root === undefined || targets === undefined) continue;
    const changed = root.version !== before.roots[0]?.version || targets.version !== before.targets?.version;
    if (changed && trust.moverSigner && before.files.snapshots.length > 0) {
      await bringIntoForce(store, continues ? before : undefined, root, trust.moverSigner, trust.expires);
    }
    return {
      root: { version: root.version, text: root.text },
      targets: { version: targets.version, text: targets.text },
      newTrust: !continues && before.files.roots.length > 0,
      rootKeyid: trust.root.public.keyid,
    };
  }
  throw refusal(
    "SLW-CHANNEL-RACE",
    `The bucket's root changed ${attempts} times while it was being written. Run again.`,
  );
}

/** Who signs the next root so that clients of the newest follow; undefined where its key is not at hand. */
function signersOf(chain: Chain, { root, previousRoot }: Trust): readonly Ed25519Signer[] | undefined {
  const { root: role } = chain.roots[0]?.metadata.signed.roles ?? {};
  const listed = role?.keyIDs ?? [];
  if (listed.includes(root.public.keyid)) return [root];
  return previousRoot !== undefined && listed.includes(previousRoot.public.keyid) ? [root, previousRoot] : undefined;
}

/** Undefined: somebody else wrote that version meanwhile. */
async function ensureRoot(
  store: Store,
  chain: Chain,
  trust: Trust,
  delegations: Delegations,
): Promise<TufFile<Root> | undefined> {
  const part = rootPart(trust.root.public, trust.targets.public, delegations);
  const [newest] = chain.roots;
  const first = (newest?.version ?? 0) + 1;
  // Files above the newest root that verifies are damaged ones: a client that meets them goes no further.
  const last = Math.max(first, chain.files.roots.at(-1) ?? 0);
  if (newest !== undefined && last === first && !chain.files.roots.includes(first) && says(newest, part, trust.now)) {
    return newest;
  }
  const signers = signersOf(chain, trust) ?? [trust.root];
  let text = "";
  for (let version = first; version <= last; version++) {
    text = signedText("root", part, { version, expires: trust.expires }, signers);
    if (!(await putRoot(store, version, text))) return undefined;
  }
  return parseRoot(text);
}

/** Writes a root where there is none, or one that does not sign itself. */
async function putRoot(store: Store, version: number, text: string): Promise<boolean> {
  const path = rootPath(version);
  const found = await readText(store, path, limits.root);
  const file = parseRoot(found);
  if (file?.version === version && signsFor(file.metadata, "root", file)) return false;
  const digest = found === undefined ? await store.digest(path) : sha256(found);
  return digest === undefined ? createOnly(store, path, text) : store.replace(path, Buffer.from(text), digest);
}

/** Undefined: somebody else wrote that version meanwhile, and their delegations have to be taken in. */
async function ensureTargets(
  store: Store,
  chain: Chain,
  root: TufFile<Root>,
  trust: Trust,
  delegations: Delegations,
): Promise<TufFile<Targets> | undefined> {
  const part = targetsPart(delegations);
  const newest = chain.targets && signsFor(root.metadata, "targets", chain.targets) ? chain.targets : undefined;
  if (newest?.version === chain.highest.targets && says(newest, part, trust.now)) return newest;
  const version = chain.highest.targets + 1;
  const text = signedText("targets", part, { version, expires: trust.expires }, [trust.targets]);
  return (await createOnly(store, targetsPath(version), text)) ? parseTargets(text) : undefined;
}

/** The next snapshot names the newest targets; after a rotation it carries over what the keys before had in force. */
async function bringIntoForce(
  store: Store,
  before: Chain | undefined,
  root: TufFile<Root>,
  signer: Ed25519Signer,
  expires: string,
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const chain = await readChain(store);
    const newer = (before?.snapshot?.version ?? 0) > (chain.snapshot?.version ?? 0);
    const snapshot = newer ? before?.snapshot : chain.snapshot;
    const next = await createSnapshot(store, { ...chain, snapshot }, {}, { signer, expires });
    if (next === undefined) continue;
    await advanceTimestamp(store, root, next, { signer, expires });
    return;
  }
}

async function restoreKnownRoot(store: Store, text: string | undefined): Promise<void> {
  if (text === undefined) return;
  const known = parseRoot(text);
  if (known === undefined || !signsFor(known.metadata, "root", known)) {
    throw refusal("SLW-KEY", "The root that this stack remembers does not sign itself: its state was altered.");
  }
  await putRoot(store, known.version, text);
}
