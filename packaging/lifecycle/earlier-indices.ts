import { readFile } from "node:fs/promises";
import type { Places } from "../places.ts";
import type { Store } from "../store/store.ts";
import { settle } from "./settle.ts";

/**
 * Indices under their own digest of the generations before, newest first: a client in the middle of an update still
 * fetches them. Path → digest.
 */
export type Generations = readonly Readonly<Record<string, string>>[];

/** Generations whose loss is noticed. Older indices are nobody's any more; damage to them is noticed by their name. */
const generationsRemembered = 3;

/** The generations before `objects`, which were those of `before`. */
export function remember(
  objects: Readonly<Record<string, string>>,
  before: { readonly objects: Readonly<Record<string, string>>; readonly earlier?: Generations } | undefined,
): Generations {
  const last = Object.entries(before?.objects ?? {}).filter(([path]) => path.includes("/by-hash/"));
  const replaced = last.filter(([path]) => objects[path] === undefined);
  const earlier = before?.earlier ?? [];
  return replaced.length === 0 ? earlier : [Object.fromEntries(replaced), ...earlier].slice(0, generationsRemembered);
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
  const wanted = Object.entries({ ...Object.fromEntries(there), ...Object.assign({}, ...earlier) });
  const named = wanted.map(([path, digest]) => ({ path, sha256: String(digest) }));
  const damaged = await Promise.all(
    named.map(async ({ path, sha256: digest }) => (await store.digest(path)) !== digest),
  );
  return named.filter((_, at) => damaged[at]);
}

/** Brings earlier indices back from this machine's cache; returns those that are nowhere. */
export async function repairEarlier(
  { store, cache }: Places,
  suite: string,
  earlier: Generations,
): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const { path, sha256: digest } of await earlierDamage(store, suite, earlier)) {
    const file = await cache.getFile(digest);
    if (file === undefined) lost.push(path);
    else await settle(store, path, await readFile(file));
  }
  return lost;
}
