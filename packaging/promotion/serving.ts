import type { ChannelRecord } from "../channels/entry.ts";
import type { ServedRelease } from "../gates/facts.ts";
import { sizesByTarget } from "../gates/size-growth.ts";
import { readRelease } from "../plan/published-plan.ts";
import type { Shelves } from "../plan/read-named.ts";

/** What gates look at of a release that a channel serves. Refuses (SLW-STORE-DAMAGED) where its record is nowhere. */
export async function servedRelease(
  at: Shelves,
  product: string,
  named: ChannelRecord | undefined,
): Promise<ServedRelease | null> {
  if (named === undefined) return null;
  const { artifacts } = (await readRelease(at, product, named)).record;
  return { version: named.version, record: named.record.sha256, sizes: sizesByTarget(artifacts) };
}
