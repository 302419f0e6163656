import { journal } from "../channels/read.ts";
import type { Store } from "../store/store.ts";
import { compareVersions } from "../version.ts";
import type { ChannelPlan } from "./channel-plan.ts";

/** How the version of a channel moved until now, with the move that is planned. */
export interface VersionMoves {
  /** How often it went down: a number that only goes up, and is the bucket's. */
  readonly lowered: number;
  /** The version that was served before the last change of it; undefined for the first. */
  readonly before: string | undefined;
}

/**
 * Tells how a channel's version moved, from its journal, which is signed. A move that is lost is stepped over: what is known
 * on both sides of it is compared.
 */
export async function versionMoves(
  store: Store,
  {
    product,
    channel,
    current,
  }: Pick<ChannelPlan, "product" | "channel"> & { readonly current: { readonly version: string } },
): Promise<VersionMoves> {
  const entries = await journal(store, product, channel);
  return movesOf([current.version, ...entries.map((entry) => entry.current.version)]);
}

/** The same of the versions that were served, newest first; one may follow itself. */
export function movesOf(served: readonly string[]): VersionMoves {
  const changed = served.filter((version, at) => version !== served[at + 1]);
  const lowered = changed.filter((version, at) => {
    const earlier = changed[at + 1];
    return earlier !== undefined && compareVersions(version, earlier) < 0;
  });
  return { lowered: lowered.length, before: changed[1] };
}
