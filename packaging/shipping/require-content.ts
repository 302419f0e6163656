import type { BuiltArtifact } from "../artifact.ts";
import type { BuildCache } from "../builds/cache.ts";
import { sha256File } from "../digest.ts";
import { refusal } from "../errors.ts";

/**
 * Refuses (SLW-BUILD) to sign what does not have its digest any more: lookups in the cache go by noted digests, and a
 * signature vouches for every byte. What is damaged in the cache is gone from it then.
 */
export async function requireContent({ file, size, sha256 }: BuiltArtifact, cache: BuildCache): Promise<void> {
  const found = await sha256File(file).catch(() => undefined);
  if (found?.sha256 === sha256 && found.size === size) return;
  await cache.getFile(sha256);
  throw refusal("SLW-BUILD", `What was to be signed has other bytes than were built (SHA-256 ${sha256}).`, {
    hint: "Run again: what is damaged is built or fetched anew.",
  });
}
