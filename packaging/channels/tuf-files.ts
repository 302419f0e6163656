import type { Store } from "../store/store.ts";
import { readText, rolePath, rootPath, snapshotPath, targetsPath } from "./layout.ts";
import { limits, parseSnapshot, parseTimestamp } from "./metadata.ts";

/**
 * Which numbered files there are. A bucket's past is long, and who asks what is in force need not list it: timestamp.json
 * names the snapshot, that names targets and roles, roots count from one, and writers count up by one and never write over
 * a number. So what lies above what is named, by a writer that died or is not done, is found by asking for the next number
 * until one is free. A file further above, past a hole, is in force for nobody: whoever comes to write its number is refused,
 * sees it, and goes on above it. Nothing names a root, so that a hole among them would hide the one in force: there one free
 * number is not believed, and next to a hole the whole list is read. So it is wherever what is named does not verify (chain.ts).
 */
export interface TufFiles {
  /** Each list ascending. */
  readonly roots: readonly number[];
  readonly targets: readonly number[];
  readonly snapshots: readonly number[];
  readonly roles: ReadonlyMap<string, readonly number[]>;
}

/** Largest gap between the numbers of two files of one role. */
const farAbove = 1000;
/** Largest number of a role's first file: old ones may have been pruned. */
const highestFirst = 1_000_000;

/** All of them, of all times. */
export async function listTufFiles(store: Store): Promise<TufFiles> {
  const roles = new Map<string, number[]>();
  for (const { path } of await store.list("tuf/")) {
    const match = /^tuf\/([1-9][0-9]{0,14})\.([a-z0-9][a-z0-9.-]*)\.json$/.exec(path);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const numbers = roles.get(match[2]) ?? [];
    numbers.push(Number(match[1]));
    roles.set(match[2], numbers);
  }
  const counted = new Map([...roles].map(([name, numbers]) => [name, countedUp(numbers.sort((a, b) => a - b))]));
  const take = (name: string): readonly number[] => counted.get(name) ?? [];
  return { roots: take("root"), targets: take("targets"), snapshots: take("snapshot"), roles: counted };
}

/** Writers count up by one, dead ones included; what lies far above the number before it is nobody's and is passed over. */
function countedUp(ascending: readonly number[]): readonly number[] {
  const end = ascending.findIndex(
    (number, at) => number - (ascending[at - 1] ?? 0) > (at === 0 ? highestFirst : farAbove),
  );
  return end < 0 ? ascending : ascending.slice(0, end);
}

/**
 * The roots, and of targets and snapshots those that this timestamp.json leads to, with all above them; no roles. Undefined
 * where it leads nowhere, and where only the whole list can tell.
 */
export async function filesFrom(
  store: Store,
  timestamp: string | undefined,
): Promise<Omit<TufFiles, "roles"> | undefined> {
  const snapshot = parseTimestamp(timestamp)?.metadata.signed.snapshotMeta.version;
  if (snapshot === undefined) return undefined;
  const [roots, snapshotsAbove, text] = await Promise.all([
    numbersAbove((number) => isThere(store, rootPath(number), limits.root), 0, 2),
    numbersAbove((number) => isThere(store, snapshotPath(number), limits.snapshot), snapshot),
    readText(store, snapshotPath(snapshot), limits.snapshot),
  ]);
  const targets = parseSnapshot(text)?.metadata.signed.meta["targets.json"]?.version;
  const targetsAbove =
    targets && (await numbersAbove((number) => isThere(store, targetsPath(number), limits.targets), targets));
  if (roots === undefined || snapshotsAbove === undefined || targets === undefined || !targetsAbove) return undefined;
  return { roots, targets: [targets, ...targetsAbove], snapshots: [snapshot, ...snapshotsAbove] };
}

/** The serials of a role above one that is in force; undefined where only the whole list can tell. */
export function serialsAbove(store: Store, role: string, serial: number): Promise<readonly number[] | undefined> {
  return numbersAbove(async (number) => (await store.stat(rolePath(role, number))) !== undefined, serial);
}

/** Where more than so many are taken, what names the one below them is old. */
const most = 64;

/** The numbers that are taken from the one after `number` on, until `free` are not, one after the other. */
async function numbersAbove(
  isTaken: (number: number) => Promise<boolean>,
  number: number,
  free = 1,
): Promise<readonly number[] | undefined> {
  const there: number[] = [];
  while (there.length <= most) {
    const first = number + there.length + 1;
    const asked = Array.from({ length: free }, (_, at) => first + at);
    const found = await Promise.all(asked.map(isTaken));
    const end = found.indexOf(false);
    if (end < 0) there.push(...asked);
    else if (found.includes(true, end)) return undefined;
    else if (end === 0) return there;
    else there.push(...asked.slice(0, end));
  }
  return undefined;
}

/** Reads it, for it will be read next; what is no text or too large is there all the same. */
async function isThere(store: Store, path: string, limit: number): Promise<boolean> {
  return (await readText(store, path, limit)) !== undefined || (await store.stat(path)) !== undefined;
}
