import { byBytes } from "../../byte-order.ts";
import type { Store } from "../../store/store.ts";

/** The objects of a published suite (path → SHA-256) that are gone from the bucket or have other bytes now, sorted. */
export async function suiteDrift(store: Store, objects: Readonly<Record<string, string>>): Promise<string[]> {
  const drifted: string[] = [];
  for (const [path, digest] of Object.entries(objects)) {
    if ((await store.digest(path)) !== digest) drifted.push(path);
  }
  return drifted.sort(byBytes);
}
