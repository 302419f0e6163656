import type { BuildCache } from "../builds/cache.ts";
import { restoreObject } from "../record/repair.ts";
import type { Store } from "../store/store.ts";

interface Reference {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Makes an object of the bucket what its digest says, from this machine's cache: creates it, finds it equal, or
 * repairs it. Refuses (SLW-STORE-DAMAGED) where it must be written and no such bytes can be found.
 */
export async function restoreFromCache(store: Store, cache: BuildCache, object: Reference): Promise<void> {
  await restoreObject(store, object.path, object.sha256, async () => {
    const file = await cache.getFile(object.sha256);
    return file === undefined ? undefined : { file, size: object.size, sha256: object.sha256 };
  });
}
