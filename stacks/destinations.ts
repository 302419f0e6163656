import * as pulumi from "@pulumi/pulumi";
import type { Places } from "../packaging/places.ts";
import type { PlannedPointer } from "../packaging/plan/pointer-plan.ts";
import type { Settings } from "../packaging/settings.ts";

/** Registers what a stack keeps where users find releases beside the bucket, and returns it. */
export type Destinations = (channels: readonly pulumi.Resource[]) => readonly pulumi.Resource[];

/**
 * Plans the tap and the packages of winget of a stack that moves a channel, before anything of it is published: what cannot
 * be is refused here. They are registered after the channels, since what they name is in the bucket by then. Their modules
 * are loaded where a setting asks for them alone.
 */
export async function planDestinations(
  settings: Settings,
  places: Places,
  products: readonly PlannedPointer[],
  within: pulumi.ComponentResourceOptions,
): Promise<Destinations> {
  const { homebrew, winget, url, bucket } = settings;
  const tap = homebrew && (await tapOf(homebrew, url, places, products));
  const packages = winget && (await wingetOf(winget, url, bucket, places, products));
  return (channels) => {
    const options = { ...within, dependsOn: [...channels] };
    return [...(tap?.(options) ?? []), ...(packages?.(options) ?? [])];
  };
}

type Registered = (options: pulumi.ComponentResourceOptions) => readonly pulumi.Resource[];

async function tapOf(
  homebrew: NonNullable<Settings["homebrew"]>,
  url: string,
  { store, projectRoot }: Places,
  products: readonly PlannedPointer[],
): Promise<Registered> {
  const { planTap } = await import("../packaging/plan/tap-plan.ts");
  const { HomebrewTap } = await import("../components/homebrew-tap.ts");
  const { parseRemote } = await import("../packaging/git/remote.ts");
  // A remote that is none is refused now, and not when everything else is published.
  parseRemote(homebrew.remote, projectRoot);
  const plan = await planTap(store, products, url);
  for (const sentence of plan?.notices ?? []) void pulumi.log.warn(sentence);
  if (plan !== undefined) return (options) => [new HomebrewTap({ ...homebrew, plan }, options)];
  void pulumi.log.warn("slipway:homebrew is set, and no release of this stack tells Homebrew anything");
  return () => [];
}

async function wingetOf(
  { version, submit }: NonNullable<Settings["winget"]>,
  url: string,
  bucket: string,
  { store }: Places,
  products: readonly PlannedPointer[],
): Promise<Registered> {
  const { planWinget } = await import("../packaging/plan/winget-plan.ts");
  const { WingetSource } = await import("../components/winget-source.ts");
  const { packages, notices } = await planWinget(store, products, url, version);
  for (const sentence of notices) void pulumi.log.info(sentence);
  return (options) => packages.map((plan) => new WingetSource({ bucket, plan, ...(submit && { submit }) }, options));
}
