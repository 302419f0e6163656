import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "../../store/store.ts";
import { openChannel } from "../client.ts";
import type { ChannelEntry } from "../entry.ts";
import { ensureTrust, type Trust } from "../trust.ts";
import { expires, memoryStore, now, sampleSigner } from "./bucket.ts";

/** Moves channel stable of runtime. */
export const mover = sampleSigner(3);
/** Moves channel candidate of runtime. */
export const other = sampleSigner(4);

export const trust: Trust = {
  root: sampleSigner(1),
  targets: sampleSigner(2),
  movers: [
    { product: "runtime", channel: "stable", key: mover.public },
    { product: "runtime", channel: "candidate", key: other.public },
  ],
  expires,
  now,
};

/** A bucket with a root that delegates the channels stable and candidate of runtime, which were never moved. */
export async function newBucket(): Promise<ReturnType<typeof memoryStore>> {
  const store = memoryStore();
  await ensureTrust(store, trust);
  return store;
}

/** What a TUF client finds on channel stable; one that was there before where `cache` is its folder. */
export async function seenByClient(store: Store, cache?: string): Promise<ChannelEntry> {
  const folder = cache ?? (await mkdtemp(join(tmpdir(), "slipway-client-")));
  try {
    const text = Buffer.from((await store.read("tuf/1.root.json", 1e6)) ?? []).toString();
    return await openChannel(store, text, "runtime", "stable", folder);
  } finally {
    if (cache === undefined) await rm(folder, { recursive: true });
  }
}
