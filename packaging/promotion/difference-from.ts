import type { ChannelRecord } from "../channels/entry.ts";
import { compare, type Difference } from "../difference/difference.ts";
import { publishedSide, releaseSide } from "../difference/published-side.ts";
import { unlessDamaged } from "../plan/published-plan.ts";
import type { BundleView, Release } from "../plan/release-plan.ts";
import type { Store } from "../store/store.ts";

/** A release with its inventories at hand, published or not. */
export interface NextRelease extends Pick<Release, "folder" | "record"> {
  readonly bundles: readonly BundleView[];
}

/**
 * What differs between the release that a channel serves and the next one. Undefined where the served one's record or an
 * inventory is damaged: that stops nobody from reading what comes.
 */
export async function differenceFrom(
  store: Store,
  product: string,
  { folder, record }: ChannelRecord,
  next: NextRelease,
): Promise<Difference | undefined> {
  const inventories = next.bundles.flatMap(({ artifacts }) => artifacts.map(({ inventory }) => inventory));
  const to = releaseSide(next.folder, next.record, new Map(inventories.map((it) => [it.artifact, it])));
  const served = publishedSide(store, { product, folder, record: record.sha256 });
  return unlessDamaged(served.then((from) => compare(from, to)));
}
