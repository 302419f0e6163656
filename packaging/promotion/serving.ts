import { readChannel } from "../channels/read.ts";
import type { ServedRelease } from "../gates/facts.ts";
import { sizesByTarget } from "../gates/size-growth.ts";
import { readRelease } from "../plan/published-plan.ts";
import type { Shelves } from "../plan/read-named.ts";

/** What a channel serves now; null where it was never moved. Refuses (SLW-STORE-DAMAGED) where its record is nowhere. */
export async function servingNow(at: Shelves, product: string, channel: string): Promise<ServedRelease | null> {
  const { entry } = await readChannel(at.store, product, channel);
  if (entry === undefined) return null;
  const { version, record } = entry.current;
  const { artifacts } = (await readRelease(at, product, entry.current)).record;
  return { version, record: record.sha256, sizes: sizesByTarget(artifacts) };
}
