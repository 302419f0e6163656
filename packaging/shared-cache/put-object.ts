import { SlipwayError } from "../errors.ts";
import { promisedOf } from "../store/object-bytes.ts";
import type { ObjectBytes, Store } from "../store/store.ts";

/** How an object came to hold its bytes; `mended`: others were there. */
export type Put = "created" | "equal" | "mended";

/**
 * Has these bytes under a path whose content its name determines: create-only, and where others are there, they are damaged
 * or somebody's who has no business there, and are replaced, as long as they are those that were seen.
 */
export async function putObject(store: Store, path: string, bytes: ObjectBytes): Promise<Put> {
  const { sha256 } = promisedOf(bytes);
  // Asked first: a create sends all bytes before it hears that they are there.
  const kept = await store.keptDigest(path);
  if (kept === sha256) return "equal";
  if (kept === undefined) {
    try {
      return await store.create(path, bytes);
    } catch (error) {
      if (!(error instanceof SlipwayError && error.code === "SLW-STORE-CONFLICT")) throw error;
    }
  }
  const there = await store.digest(path);
  if (there === sha256) return "equal";
  if (await store.replace(path, bytes, there)) return "mended";
  // Another builder was faster: it writes the same.
  return "equal";
}
