import { z } from "zod";
import { byBytes } from "../byte-order.ts";
import type { Store } from "../store/store.ts";

/** What the state holds of one resource: its type's token and its outputs. */
export interface StateResource {
  readonly type: string;
  readonly outputs: unknown;
}

const texts = z.record(z.string(), z.string());

/** The outputs in which resources keep copies of the bucket's objects: trust root, archive keys, channels. */
const copies = z.object({
  bucket: z.string(),
  texts: texts.optional(),
  certificates: texts.optional(),
  moves: z.array(z.object({ texts })).optional(),
});

const pointer = z.object({ bucket: z.string(), snapshot: z.int().nonnegative() });
const moved = z.object({
  bucket: z.string(),
  product: z.string(),
  channel: z.string(),
  current: z.object({ version: z.string() }),
});

/** A channel that a stack has moved, and the version that it pointed it at last. */
export interface MovedChannel {
  readonly product: string;
  readonly channel: string;
  readonly version: string;
}

/** What all channels of a bucket depend on, and no update makes again: roots, roles, snapshots, entries and keys. */
const shared = /^(?:tuf|channels|keys)\//;

/**
 * The objects of a bucket that a stack's state keeps copies of, by path, as far as all its channels depend on them. With
 * them an update can be planned as if the bucket had not lost them.
 */
export function rememberedTexts(resources: readonly StateResource[], bucket: string): Readonly<Record<string, string>> {
  const remembered: Record<string, string> = {};
  for (const { type, outputs } of resources) {
    const parsed = type.startsWith("pulumi-nodejs:dynamic/slipway:") ? copies.safeParse(outputs).data : undefined;
    if (parsed?.bucket !== bucket) continue;
    const all = [parsed.texts, parsed.certificates, ...(parsed.moves ?? []).map((move) => move.texts)];
    for (const [path, text] of all.flatMap((it) => Object.entries(it ?? {}))) {
      if (shared.test(path)) remembered[path] = text;
    }
  }
  return remembered;
}

/** The highest snapshot that a stack's own moves put in force in a bucket; 0 where it never moved a channel there. */
export function rememberedSnapshot(resources: readonly StateResource[], bucket: string): number {
  const moved = resources.flatMap(({ type, outputs }) => {
    const found = type.endsWith(":ChannelPointer") ? pointer.safeParse(outputs).data : undefined;
    return found?.bucket === bucket ? [found.snapshot] : [];
  });
  return Math.max(0, ...moved);
}

/** The channels of a bucket that a stack's last update moved or kept. */
export function movedChannels(resources: readonly StateResource[], bucket: string): readonly MovedChannel[] {
  return resources.flatMap(({ type, outputs }) => {
    const found = type.endsWith(":ChannelPointer") ? moved.safeParse(outputs).data : undefined;
    if (found?.bucket !== bucket) return [];
    const { product, channel, current } = found;
    return [{ product, channel, version: current.version }];
  });
}

/** Those of `remembered` that are gone from the bucket. One that is there and altered is for its resource to judge. */
export async function lostObjects(
  store: Store,
  remembered: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const lost: Record<string, string> = {};
  for (const path of Object.keys(remembered).sort(byBytes)) {
    const text = remembered[path];
    if (text !== undefined && (await store.stat(path)) === undefined) lost[path] = text;
  }
  return lost;
}
