import { readSnapshotOf } from "../channels/read.ts";
import { SlipwayError } from "../errors.ts";
import type { Shelves } from "../plan/read-named.ts";
import { offersOf, type SuiteSettings, suiteContent, suiteTexts } from "../plan/suite-plan.ts";
import type { Phasing } from "../repositories/apt/phasing.ts";
import type { IndexFile } from "../repositories/apt/suite.ts";
import type { Store } from "../store/store.ts";
import { settle } from "./settle.ts";

/**
 * The indices of the generations before under their own digest, newest first: a client in the middle of an update still
 * fetches them. Each was made from the channels of a snapshot, and can be made from them again.
 */
export type Generations = readonly {
  readonly snapshot: number;
  /** Path → digest. */
  readonly objects: Readonly<Record<string, string>>;
  /** The suite's phasing then. */
  readonly phasing?: Phasing;
}[];

/** Generations whose loss is noticed. Older indices are nobody's any more; damage to them is noticed by their name. */
const generationsRemembered = 3;

/** The generations before `objects`, which were those of `before`. */
export function remember(
  objects: Readonly<Record<string, string>>,
  before: (Generations[number] & { readonly earlier?: Generations }) | undefined,
): Generations {
  if (before === undefined) return [];
  const last = Object.entries(before.objects).filter(([path]) => path.includes("/by-hash/"));
  const replaced = last.filter(([path]) => objects[path] === undefined);
  const earlier = before.earlier ?? [];
  if (replaced.length === 0) return earlier;
  const { snapshot, phasing } = before;
  const generation = { snapshot, objects: Object.fromEntries(replaced), ...(phasing && { phasing }) };
  return [generation, ...earlier].slice(0, generationsRemembered);
}

/** Indices under their own digest that hold other bytes, or are gone though a remembered generation has them. */
export async function earlierDamage(
  store: Store,
  suite: string,
  earlier: Generations,
): Promise<readonly { readonly path: string; readonly sha256: string }[]> {
  const there = (await store.list(`dists/${suite}/`)).flatMap(({ path }) => {
    const digest = /\/by-hash\/SHA256\/([0-9a-f]{64})$/.exec(path)?.[1];
    return digest === undefined ? [] : [[path, digest] as const];
  });
  const wanted = Object.entries({
    ...Object.fromEntries(there),
    ...Object.assign({}, ...earlier.map(({ objects }) => objects)),
  });
  const named = wanted.map(([path, digest]) => ({ path, sha256: String(digest) }));
  const damaged = await Promise.all(
    named.map(async ({ path, sha256: digest }) => (await store.digest(path)) !== digest),
  );
  return named.filter((_, at) => damaged[at]);
}

/** Makes earlier indices again from the journal; returns those that it does not give. */
export async function repairEarlier(
  at: Shelves,
  settings: SuiteSettings,
  earlier: Generations,
): Promise<readonly string[]> {
  const damaged = await earlierDamage(at.store, settings.suite, earlier);
  const made = new Map<string, Uint8Array>();
  for (const { snapshot, objects, phasing } of earlier) {
    if (!damaged.some(({ path }) => objects[path] !== undefined)) continue;
    for (const { sha256, bytes } of await indicesOf(at, { ...settings, phasing }, snapshot)) made.set(sha256, bytes);
  }
  const lost: string[] = [];
  for (const { path, sha256 } of damaged) {
    const bytes = made.get(sha256);
    if (bytes === undefined) lost.push(path);
    else await settle(at.store, path, bytes);
  }
  return lost;
}

/** The suite's indices as they followed from the channels of an earlier snapshot; none where it cannot be read. */
async function indicesOf(at: Shelves, settings: SuiteSettings, snapshot: number): Promise<readonly IndexFile[]> {
  try {
    const entries = (await readSnapshotOf(at.store, snapshot)).filter(({ channel }) => channel === settings.suite);
    const releases = await offersOf(at, entries);
    return suiteContent(settings, suiteTexts(settings, releases)).files;
  } catch (error) {
    if (error instanceof SlipwayError) return [];
    throw error;
  }
}
