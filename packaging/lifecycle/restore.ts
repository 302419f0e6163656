import type { BuildCache } from "../builds/cache.ts";
import { restoreObject } from "../record/repair.ts";
import type { ObjectBytes, Store } from "../store/store.ts";

export interface Reference {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Publishes an object from this machine's cache, create-only: other bytes under its name are a conflict
 * (SLW-STORE-CONFLICT). Where `published`, the digest was promised before, so other bytes are damage and are repaired.
 * Refuses (SLW-STORE-DAMAGED) where it must be written and no such bytes can be found.
 */
export async function publishFromCache(
  store: Store,
  cache: BuildCache,
  object: Reference,
  published: boolean,
): Promise<void> {
  if ((await store.digest(object.path)) === object.sha256) return;
  const bytes = await cachedBytes(cache, object);
  if (bytes !== undefined && !published) await store.create(object.path, bytes);
  else await restoreObject(store, object.path, object.sha256, async () => bytes);
}

/** The bytes of a digest in the cache, as a store takes them. */
export async function cachedBytes(cache: BuildCache, object: Reference): Promise<ObjectBytes | undefined> {
  const file = await cache.getFile(object.sha256);
  return file === undefined ? undefined : { file, size: object.size, sha256: object.sha256 };
}
