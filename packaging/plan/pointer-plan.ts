import type { SuiteRelease } from "../repositories/apt/suite.ts";
import { type ChannelPlan, planChannel } from "./channel-plan.ts";
import { droppedTargets } from "./dropped-targets.ts";
import { readRelease } from "./published-plan.ts";
import type { Shelves } from "./read-named.ts";
import type { Release } from "./release-plan.ts";
import { offeredReleases } from "./suite-plan.ts";

/** A release, where its channel is to point, what indices get of it, and what users lose. */
export interface PlannedPointer {
  readonly release: Release;
  readonly channel: ChannelPlan;
  readonly offer: readonly SuiteRelease[];
  readonly dropped: readonly string[];
}

/** Plans the move of one product's channel to a release; `keep` counts the installable versions, the current among them. */
export async function planPointer(
  at: Shelves,
  release: Release,
  channelName: string,
  keep: number,
): Promise<PlannedPointer> {
  const channel = await planChannel(at.store, release, channelName, keep);
  const offer = await offeredReleases(at, release, channel);
  const before = channel.before === undefined ? undefined : await readRelease(at, release.product, channel.before);
  const dropped = before === undefined ? [] : droppedTargets(before.record, release.record);
  return { release, channel, offer, dropped };
}
