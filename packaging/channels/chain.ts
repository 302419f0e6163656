import type { MetaFile, Root, Snapshot, Targets } from "@tufjs/models";
import { sha256 } from "../digest.ts";
import { oneLook } from "../store/one-look.ts";
import type { Store } from "../store/store.ts";
import { readText, rolePath, rootPath, snapshotPath, targetsPath, timestampPath } from "./layout.ts";
import { limits, parseRoot, parseSnapshot, parseTargets, parseTimestamp, signsFor, type TufFile } from "./metadata.ts";
import { filesFrom, listTufFiles, serialsAbove, type TufFiles } from "./tuf-files.ts";

/** How many numbered files of one role a reader looks back through for one that verifies. */
const lookBack = 64;

/** The bucket's trust and what is in force, read at one moment. Whatever does not verify is left out. */
export interface Chain {
  /** Every root; of targets and snapshots those that may be in force. */
  readonly files: Omit<TufFiles, "roles">;
  /** All numbered files of the bucket, where they had to be listed. */
  readonly listed: TufFiles | undefined;
  /** Roots that sign themselves, newest first. The first one is in force; the others vouch for what was. */
  readonly roots: readonly TufFile<Root>[];
  /** The newest targets signed by the keys in force. */
  readonly targets: TufFile<Targets> | undefined;
  /** The newest snapshot signed by the keys in force: the next one is made from it. */
  readonly snapshot: TufFile<Snapshot> | undefined;
  readonly timestamp: {
    /** Digest of the object as it is, for compare-and-set; undefined where there is none. */
    readonly digest: string | undefined;
    /** The snapshot that it names; 0 where it is not signed by the keys in force. */
    readonly snapshot: number;
    /** It is in the form in which it was written, and names a snapshot that is there; whoever signed it. */
    readonly whole: boolean;
  };
  /** The highest numbers ever used, as far as the bucket tells; the next ones are above. */
  readonly highest: { readonly targets: number; readonly snapshot: number };
}

export async function readChain(store: Store): Promise<Chain> {
  const look = oneLook(store);
  // The timestamp comes first: what it names was written before it, so what is looked for below cannot lack it.
  const found = await readText(look, timestampPath, limits.timestamp);
  const near = await filesFrom(look, found);
  const chain = near && (await chainOf(look, found, near, undefined));
  if (chain !== undefined && isCertain(chain)) return chain;
  const listed = await listTufFiles(look);
  return chainOf(look, found, listed, listed);
}

async function chainOf(
  store: Store,
  found: string | undefined,
  files: Chain["files"],
  listed: TufFiles | undefined,
): Promise<Chain> {
  const digest = found === undefined ? await store.digest(timestampPath) : sha256(found);
  const roots = await readRoots(store, files.roots);
  const root = roots[0];
  const timestamp = { digest, snapshot: snapshotNamedBy(found, root), whole: await namesSnapshot(store, found) };
  const snapshot = root && (await newestSigned(store, files.snapshots, snapshotPath, parseSnapshotOf([root])));
  const targets = root && (await newestSigned(store, files.targets, targetsPath, parseTargetsOf(root)));
  const namedTargets = snapshot?.metadata.signed.meta["targets.json"]?.version ?? 0;
  const highest = {
    targets: Math.max(0, files.targets.at(-1) ?? 0, namedTargets),
    snapshot: Math.max(0, files.snapshots.at(-1) ?? 0, timestamp.snapshot),
  };
  return { files, listed, roots, targets, snapshot, timestamp, highest };
}

/** Whether files were found from names that verify, so that no list of the bucket could show anything else in force. */
function isCertain({ files, roots, targets, snapshot, timestamp }: Chain): boolean {
  const rootsVerify = roots.length > 0 && roots.length === files.roots.length;
  const snapshotVerifies = timestamp.whole && timestamp.snapshot > 0 && timestamp.snapshot <= (snapshot?.version ?? 0);
  const named = snapshot?.metadata.signed.meta["targets.json"]?.version ?? Number.POSITIVE_INFINITY;
  return rootsVerify && snapshotVerifies && named <= (targets?.version ?? 0);
}

/** All numbered files of the bucket, for who looks at more than what is in force. */
export async function allFiles(store: Store, { listed }: Chain): Promise<TufFiles> {
  return listed ?? listTufFiles(store);
}

/** The highest serial ever used for a channel's role, as far as the bucket tells; `inForce` is 0 where none is. */
export async function highestSerial(store: Store, chain: Chain, role: string, inForce: number): Promise<number> {
  const above = chain.listed === undefined && inForce > 0 ? await serialsAbove(store, role, inForce) : undefined;
  if (above !== undefined) return above.at(-1) ?? inForce;
  return (await allFiles(store, chain)).roles.get(role)?.at(-1) ?? 0;
}

/**
 * Whether the newest snapshot that verifies may lack the newest move: timestamp.json names a later one, or nothing says
 * which one is the newest. A later file that nobody signed says nothing.
 */
export function lostSnapshot({ snapshot, timestamp }: Chain): boolean {
  return timestamp.snapshot === 0 || timestamp.snapshot > (snapshot?.version ?? 0);
}

/** Whether the snapshot in force is whole and names the newest targets; otherwise the next one is due. */
export function snapshotHolds(chain: Chain): boolean {
  const { snapshot, targets, timestamp } = chain;
  if (snapshot === undefined || targets === undefined || timestamp.snapshot > snapshot.version) return false;
  return matches(snapshot.metadata.signed.meta["targets.json"], targets);
}

/** Whether `file` is byte for byte the one that a snapshot or timestamp names. */
export function matches(
  meta: MetaFile | undefined,
  file: { readonly version: number; readonly text: string },
): boolean {
  if (meta === undefined || meta.version !== file.version) return false;
  try {
    meta.verify(Buffer.from(file.text));
    return true;
  } catch {
    return false;
  }
}

/** One version of a channel's role, or undefined where there is none that parses under its own number. */
export async function readRoleFile(store: Store, role: string, serial: number): Promise<TufFile<Targets> | undefined> {
  const file = parseTargets(await readText(store, rolePath(role, serial), limits.targets));
  return file?.version === serial ? file : undefined;
}

/**
 * The newest snapshot that names `role` and was signed by keys of any root of the bucket, in force or before: evidence
 * of where a channel was when its keys were lost or changed.
 */
export async function lastSnapshotNaming(
  store: Store,
  chain: Chain,
  role: string,
): Promise<TufFile<Snapshot> | undefined> {
  const parse = parseSnapshotOf(chain.roots);
  const { snapshots } = await allFiles(store, chain);
  return newestSigned(store, snapshots, snapshotPath, (text) => {
    const file = parse(text);
    return file !== undefined && file.metadata.signed.meta[`${role}.json`] !== undefined ? file : undefined;
  });
}

async function readRoots(store: Store, versions: readonly number[]): Promise<readonly TufFile<Root>[]> {
  const roots: TufFile<Root>[] = [];
  for (const version of versions.toReversed().slice(0, lookBack)) {
    const file = parseRoot(await readText(store, rootPath(version), limits.root));
    if (file?.version === version && signsFor(file.metadata, "root", file)) roots.push(file);
  }
  return roots;
}

function snapshotNamedBy(text: string | undefined, root: TufFile<Root> | undefined): number {
  const file = parseTimestamp(text);
  const trusted = root !== undefined && file !== undefined && signsFor(root.metadata, "timestamp", file);
  return trusted ? file.metadata.signed.snapshotMeta.version : 0;
}

async function namesSnapshot(store: Store, text: string | undefined): Promise<boolean> {
  const meta = parseTimestamp(text)?.metadata.signed.snapshotMeta;
  const named = meta && (await readText(store, snapshotPath(meta.version), limits.snapshot));
  return named !== undefined && matches(meta, { version: meta?.version ?? 0, text: named });
}

async function newestSigned<T extends { readonly version: number }>(
  store: Store,
  versions: readonly number[],
  pathOf: (version: number) => string,
  verified: (text: string | undefined) => T | undefined,
): Promise<T | undefined> {
  for (const version of versions.toReversed().slice(0, lookBack)) {
    const file = verified(await readText(store, pathOf(version), limits.targets));
    if (file?.version === version) return file;
  }
  return undefined;
}

function parseSnapshotOf(roots: readonly TufFile<Root>[]): (text: string | undefined) => TufFile<Snapshot> | undefined {
  return (text) => {
    const file = parseSnapshot(text);
    return file && roots.some((root) => signsFor(root.metadata, "snapshot", file)) ? file : undefined;
  };
}

function parseTargetsOf(root: TufFile<Root>): (text: string | undefined) => TufFile<Targets> | undefined {
  return (text) => {
    const file = parseTargets(text);
    return file && signsFor(root.metadata, "targets", file) ? file : undefined;
  };
}
