import path from "node:path";
import { z } from "zod";
import type { ChannelRecord } from "../channels/entry.ts";
import { journalLinks } from "../channels/journal-links.ts";
import { liveTimes } from "../channels/live-times.ts";
import { refusal } from "../errors.ts";
import { type LostPeriod, type Period, periodsOf } from "../rollback/periods.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { askEngine } from "./engine.ts";

/** What a stack of any stage that moves a channel says of itself after an update. */
const outputs = z.looseObject({
  channel: z.string(),
  bucket: z.string(),
  products: z.array(z.looseObject({ product: z.string() })).min(1),
});

/** The channel that a stack moves, and where it lies. */
export interface StackChannel {
  readonly channel: string;
  readonly store: Store;
  readonly products: readonly string[];
}

/** The channel of a stack, by the outputs of its last update; undefined where it never had one. */
export async function channelOfStack(stack: string): Promise<StackChannel | undefined> {
  const found: unknown = JSON.parse(await askEngine(["stack", "output", "--json", "--stack", stack]));
  const parsed = outputs.safeParse(found);
  if (!parsed.success) {
    if (Object.keys(found as object).length === 0) return undefined;
    throw refusal("SLW-COMMAND", `Stack ${stack} moves no channel: its outputs name no channel, bucket and products.`);
  }
  const { channel, bucket, products } = parsed.data;
  // A relative folder counts from the project's folder, as in the program.
  return {
    channel,
    store: openStore(bucket, (folder) => path.resolve(folder)),
    products: products.map(({ product }) => product),
  };
}

/** What a product's channel served, newest first, and every release that its journal names. */
export interface Served {
  readonly periods: readonly (Period | LostPeriod)[];
  readonly named: readonly ChannelRecord[];
}

export async function servedBy({ store, channel }: StackChannel, product: string): Promise<Served> {
  const links = await journalLinks(store, product, channel);
  const entries = links.flatMap(({ entry }) => entry ?? []);
  return { periods: periodsOf(liveTimes(links)), named: entries.flatMap(({ current, kept }) => [current, ...kept]) };
}
