import { type Mistake, refuseMistakes } from "../errors.ts";
import { releaseFolder } from "../record/folder.ts";
import { beyondRepair } from "../record/repair.ts";
import type { SuiteRelease } from "../repositories/apt/suite.ts";
import { type ChannelPlan, type PointerSettings, planChannel } from "./channel-plan.ts";
import { droppedTargets } from "./dropped-targets.ts";
import { readIfThere, readRelease } from "./published-plan.ts";
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

/** Plans the move of one product's channel to a release. */
export async function planPointer(
  at: Shelves,
  release: Release,
  channelName: string,
  settings: PointerSettings,
): Promise<PlannedPointer> {
  const channel = await planChannel(at.store, release, channelName, settings);
  const offer = await offeredReleases(at, release, channel);
  const kept = await Promise.all(channel.kept.map((named) => readRelease(at, release.product, named)));
  await requireAtHand(at, [release, ...kept]);
  const before = channel.before === undefined ? undefined : await readIfThere(at, release.product, channel.before);
  const dropped = before === undefined ? [] : droppedTargets(before.record, release.record);
  return { release, channel, offer, dropped };
}

/**
 * Refuses (SLW-STORE-DAMAGED), before anything is written, where the bytes of something that users are to install are
 * gone from the bucket and not in this machine's cache either. Looks at sizes: what is altered, a refresh finds.
 */
async function requireAtHand({ store, cache }: Shelves, releases: readonly Release[]): Promise<void> {
  const mistakes: Mistake[] = [];
  for (const [at, { product, folder, record }] of releases.entries()) {
    const base = releaseFolder(product, folder);
    const letGo = at === 0 ? "" : ` To stop serving ${record.version} instead, set slipway:keep to ${at}.`;
    for (const { name, size, shipped, inventory } of record.artifacts) {
      for (const object of [{ path: name, size, sha256: shipped }, inventory]) {
        const path = `${base}/${object.path}`;
        const found = await store.stat(path);
        if (found?.size === object.size || (await cache.getFile(object.sha256)) !== undefined) continue;
        const refused = beyondRepair(path, object.sha256, await store.digest(path));
        mistakes.push(...refused.mistakes.map((it) => ({ ...it, hint: `${it.hint ?? ""}${letGo}` })));
      }
    }
  }
  refuseMistakes(mistakes);
}
