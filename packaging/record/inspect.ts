import { byBytes } from "../byte-order.ts";
import { sha256 } from "../digest.ts";
import type { Store } from "../store/store.ts";
import { derivedTexts } from "./publish.ts";
import { type ReleaseRecord, recordText } from "./record.ts";

/**
 * Looks at every object of a release and names those that are not as the record says: `<path>: missing` or
 * `<path>: altered`, sorted. `extra` are further objects of the release (signatures), path in the bucket → digest.
 */
export async function releaseDrift(
  store: Store,
  base: string,
  record: ReleaseRecord,
  extra: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const expected = new Map([...releaseDigests(base, record), ...extra]);
  const drift: string[] = [];
  for (const [path, digest] of expected) {
    const found = await store.digest(path);
    if (found !== digest) drift.push(`${path}: ${found === undefined ? "missing" : "altered"}`);
  }
  return drift.sort(byBytes);
}

/** Digest of every object that a record determines, by path in the bucket; metadata and signatures are not among them. */
export function releaseDigests(base: string, record: ReleaseRecord): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const { name, shipped, inventory } of record.artifacts) {
    digests.set(`${base}/${name}`, shipped);
    digests.set(`${base}/${inventory.path}`, inventory.sha256);
  }
  digests.set(`${base}/release.json`, sha256(recordText(record)));
  for (const [name, text] of derivedTexts(record)) digests.set(`${base}/${name}`, sha256(text));
  return digests;
}
