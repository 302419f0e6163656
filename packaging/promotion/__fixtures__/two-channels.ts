import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { BuildCache } from "../../builds/cache.ts";
import { type memoryStore, plannedMove, sampleContent } from "../../channels/__fixtures__/bucket.ts";
import { mover, newBucket, other } from "../../channels/__fixtures__/runtime-channels.ts";
import type { ChannelContent } from "../../channels/entry.ts";
import { type Move, type Moved, moveChannel } from "../../channels/move.ts";
import type { Places } from "../../places.ts";
import type { PromotedChannels } from "../decision.ts";

/** A bucket with the channels candidate and stable of runtime, and a stack that promotes from one to the other. */
export interface TwoChannels {
  readonly at: Places & { readonly store: ReturnType<typeof memoryStore> };
  readonly channels: PromotedChannels;
  /** Points a channel at the first version, and keeps the others. */
  move(channel: "candidate" | "stable", ...versions: readonly [string, ...string[]]): Promise<Moved>;
  /** The same with content and terms of one's own. */
  point(channel: "candidate" | "stable", content: ChannelContent, more?: Partial<Move>): Promise<Moved>;
}

export async function twoChannels(t: TestContext): Promise<TwoChannels> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-promotion-"));
  t.after(() => rm(folder, { recursive: true }));
  const store = await newBucket();
  const trustedRoot = Buffer.from(store.objects.get("tuf/1.root.json") ?? []).toString();
  const point: TwoChannels["point"] = async (channel, content, more = {}) => {
    const signer = channel === "stable" ? mover : other;
    return moveChannel(store, await plannedMove(store, content, signer, { channel, ...more }));
  };
  const cache = new BuildCache(folder, () => {});
  return {
    at: { store, cache, cacheFolder: folder, projectRoot: folder, progress: () => {} },
    channels: { channel: "stable", from: "candidate", trustedRoot },
    move: (channel, ...versions) => point(channel, sampleContent(...versions)),
    point,
  };
}
