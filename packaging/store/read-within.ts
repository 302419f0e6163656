import type { Store } from "./store.ts";

/**
 * The whole object, or undefined where there is none or it is larger than `limit` bytes. A store refuses what is too large;
 * whether that was the reason is asked only then.
 */
export async function readWithin(
  store: Pick<Store, "read" | "stat">,
  path: string,
  limit: number,
): Promise<Uint8Array | undefined> {
  try {
    return await store.read(path, limit);
  } catch (error) {
    if (((await store.stat(path))?.size ?? 0) > limit) return undefined;
    throw error;
  }
}
