import type { ChannelRecord } from "../channels/entry.ts";
import type { ServedRelease } from "../gates/facts.ts";
import { sizesByTarget } from "../gates/size-growth.ts";
import { readIfThere, readRelease } from "../plan/published-plan.ts";
import type { Shelves } from "../plan/read-named.ts";

/**
 * What gates look at of a release that a channel serves. Refuses (SLW-STORE-DAMAGED) where its record is nowhere, unless the
 * channel goes back: then no gate asks what was inside it, and it may be the very reason.
 */
export async function servedRelease(
  at: Shelves,
  product: string,
  named: ChannelRecord | undefined,
  back = false,
): Promise<ServedRelease | null> {
  if (named === undefined) return null;
  const release = back ? await readIfThere(at, product, named) : await readRelease(at, product, named);
  const sizes = sizesByTarget(release?.record.artifacts ?? []);
  return { version: named.version, record: named.record.sha256, sizes };
}
