import * as pulumi from "@pulumi/pulumi";
import {
  lostObjects,
  type MovedChannel,
  movedChannels,
  rememberedSnapshot,
  rememberedTexts,
} from "../packaging/lifecycle/remembered.ts";
import type { Places } from "../packaging/places.ts";
import { restoredView } from "../packaging/store/restored-view.ts";

/** Where to plan, and what the update has to bring back first. */
export interface RestoredPlaces {
  readonly places: Places;
  /** By path: objects that the bucket lost and the stack's state remembers. */
  readonly restore: Readonly<Record<string, string>>;
  /** The highest snapshot that this stack put in force: clients have seen it. */
  readonly seen: number;
  /** The channels that the stack's last update moved or kept. */
  readonly moved: readonly MovedChannel[];
}

/**
 * Plans are made from the bucket as it will be once it has back what it lost and the state remembers: else an update would
 * count from numbers that its clients have seen long ago. Says what is missing.
 */
export async function restoredPlaces(bucket: string, places: Places): Promise<RestoredPlaces> {
  const resources = await stateResources();
  const seen = rememberedSnapshot(resources, bucket);
  const moved = movedChannels(resources, bucket);
  const restore = await lostObjects(places.store, rememberedTexts(resources, bucket));
  const [first, ...others] = Object.keys(restore);
  if (first === undefined) return { places, restore, seen, moved };
  const what = others.length === 0 ? `${first} is` : `${first} and ${others.length} more objects are`;
  void pulumi.log.warn(
    `${what} missing from the bucket: an update, with --refresh where nothing else changes, brings back what the stack's state, this machine's cache and the sources give`,
  );
  return { places: { ...places, store: restoredView(places.store, restore) }, restore, seen, moved };
}

interface StateResources {
  readonly outputs: Readonly<Record<string, { readonly type: string; readonly outputs: unknown }>>;
}

/** The stack's own resources as its last update left them: the engine answers from the state, and none on a new stack. */
async function stateResources(): Promise<readonly { readonly type: string; readonly outputs: unknown }[]> {
  const asked = { stackName: pulumi.getStack() };
  const found: StateResources = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", asked);
  return Object.values(found.outputs);
}
