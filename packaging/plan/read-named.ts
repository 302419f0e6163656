import { readFile } from "node:fs/promises";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { Places } from "../places.ts";
import { beyondRepair } from "../record/repair.ts";
import { readWithin } from "../store/read-within.ts";
import type { ObjectReference } from "./release-plan.ts";

/** Where a published object's bytes may be: in the bucket, or in this machine's cache. */
export type Shelves = Pick<Places, "store" | "cache" | "cacheFolder">;

/**
 * The bytes of an object under `releases/` that a channel or a record names by digest. Where the bucket's are missing or
 * altered they come from the cache, so that an update can be planned that repairs the bucket. Refuses
 * (SLW-STORE-DAMAGED) where neither has them, and says who can restore the object; and (SLW-RECORD) a size that is not the
 * object's, or above `limit`.
 */
export async function readNamed(
  { store, cache }: Shelves,
  object: ObjectReference,
  limit: number,
): Promise<Uint8Array> {
  const { path, size, sha256: expected } = object;
  // The size is a claim too, of an entry or a record: the kind's own limit holds.
  if (size > limit) throw refusal("SLW-RECORD", `${path} is said to have ${size} bytes; at most ${limit} are read.`);
  const bytes = await readWithin(store, path, size);
  if (bytes?.length === size && sha256(bytes) === expected) return bytes;
  const file = await cache.getFile(expected);
  if (file !== undefined) return readFile(file);
  const digest = await store.digest(path);
  if (digest !== expected) throw beyondRepair(path, expected, digest);
  const found = await store.stat(path);
  throw refusal("SLW-RECORD", `${path} is said to have ${size} bytes, and has ${found?.size ?? 0}.`);
}
