import type { Root, Snapshot, Targets } from "@tufjs/models";
import type { Store } from "../store/store.ts";
import { readEntryText, targetDigest } from "./evidence.ts";
import { entryPath, readText, roleName, rolePath, rootPath, snapshotPath, targetsPath } from "./layout.ts";
import { limits, parseRoot, parseSnapshot, parseTargets, signsFor, type TufFile } from "./metadata.ts";
import { listTufFiles, type TufFiles } from "./tuf-files.ts";

/** Longer runs of missing numbers are one line: a single stray file with a high number makes one. */
const namedOneByOne = 20;

/**
 * Roots and targets of the bucket, of all times, that are missing or that no root of the bucket vouches for:
 * `tuf/3.targets.json: altered`. A reader of what is in force needs few of them; a client that was away needs every root.
 */
export async function trustDamage(store: Store): Promise<readonly string[]> {
  const files = await listTufFiles(store);
  const { roots } = await authorities(store, files);
  return [
    ...(await numberedDamage(store, files.roots, rootPath, (text) => selfSigned(text))),
    ...(await numberedDamage(store, files.targets, targetsPath, (text) => {
      const file = parseTargets(text);
      return file !== undefined && vouched(roots, "targets", file) ? file : undefined;
    })),
  ];
}

/**
 * Objects of a channel's journal that are missing or that no key of the bucket vouches for: role files, the entries that
 * they name, and the bucket's snapshots. While no root or no targets are left, nothing is said of what they vouched for.
 */
export async function journalDamage(store: Store, product: string, channel: string): Promise<readonly string[]> {
  const files = await listTufFiles(store);
  const { roots, targets } = await authorities(store, files);
  const role = roleName(product, channel);
  const moves: TufFile<Targets>[] = [];
  const roleDamage = await numberedDamage(
    store,
    files.roles.get(role) ?? [],
    (serial) => rolePath(role, serial),
    (text) => {
      const file = parseTargets(text);
      const signed = file !== undefined && vouched(targets, role, file);
      if (signed) moves.push(file);
      return signed ? file : undefined;
    },
  );
  const snapshotDamage = await numberedDamage(store, files.snapshots, snapshotPath, (text) => {
    const file = parseSnapshot(text);
    return file !== undefined && vouched(roots, "snapshot", file) ? file : undefined;
  });
  const entryDamage: string[] = [];
  for (const move of moves) {
    const digest = targetDigest(move, product, channel);
    if (digest === undefined || (await readEntryText(store, product, channel, digest)) !== undefined) continue;
    const path = entryPath(product, channel, digest);
    entryDamage.push(`${path}: ${(await store.stat(path)) === undefined ? "missing" : "altered"}`);
  }
  return [...roleDamage, ...entryDamage, ...snapshotDamage];
}

/** Whether one of the authorities signed the file; while none is left, nothing is said against it. */
export function vouched(
  authorities: readonly TufFile<Root>[] | readonly TufFile<Targets>[],
  role: string,
  file: TufFile<Targets | Snapshot>,
): boolean {
  return authorities.length === 0 || authorities.some(({ metadata }) => signsFor(metadata, role, file));
}

/** Every root that signs itself, and all targets that one of those signed. */
export async function authorities(
  store: Store,
  files: TufFiles,
): Promise<{ readonly roots: readonly TufFile<Root>[]; readonly targets: readonly TufFile<Targets>[] }> {
  const roots: TufFile<Root>[] = [];
  for (const version of files.roots) {
    const file = selfSigned(await readText(store, rootPath(version), limits.root));
    if (file?.version === version) roots.push(file);
  }
  const targets: TufFile<Targets>[] = [];
  for (const version of files.targets) {
    const file = parseTargets(await readText(store, targetsPath(version), limits.targets));
    if (file !== undefined && roots.some((root) => signsFor(root.metadata, "targets", file))) targets.push(file);
  }
  return { roots, targets };
}

function selfSigned(text: string | undefined): TufFile<Root> | undefined {
  const file = parseRoot(text);
  return file !== undefined && signsFor(file.metadata, "root", file) ? file : undefined;
}

/** Numbers are used one after the other, so that a gap is a loss. */
async function numberedDamage(
  store: Store,
  versions: readonly number[],
  pathOf: (version: number) => string,
  verified: (text: string | undefined) => TufFile<Root | Targets | Snapshot> | undefined,
): Promise<readonly string[]> {
  const damage: string[] = [];
  let next = 1;
  for (const version of versions) {
    damage.push(...missing(pathOf, next, version - 1));
    next = version + 1;
    const text = await readText(store, pathOf(version), limits.targets);
    if (verified(text)?.version !== version) damage.push(`${pathOf(version)}: altered`);
  }
  return damage;
}

function missing(pathOf: (version: number) => string, first: number, last: number): readonly string[] {
  const count = last - first + 1;
  if (count > namedOneByOne) return [`${pathOf(first)} to ${pathOf(last)}: missing`];
  return Array.from({ length: Math.max(count, 0) }, (_, at) => `${pathOf(first + at)}: missing`);
}
