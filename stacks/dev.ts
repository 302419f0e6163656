import type * as pulumi from "@pulumi/pulumi";
import { accepted } from "../components/accepted.ts";
import { type DevKeys, devKeys } from "../components/dev-keys.ts";
import { nameLagging } from "../components/lagging.ts";
import { warnOfNewKeys } from "../components/new-keys.ts";
import { StateContract } from "../components/providers/state-contract.ts";
import { ReleaseBucket, type ReleaseBucketArgs } from "../components/release-bucket.ts";
import { restoredPlaces } from "../components/restored-places.ts";
import { signingIdentities } from "../components/signing-identities.ts";
import { trustedKeys } from "../packaging/plan/new-keys.ts";
import { planProducts } from "../packaging/plan/plan-products.ts";
import type { ReleasePlan } from "../packaging/plan/release-plan.ts";
import { devFolder } from "../packaging/record/folder.ts";
import { movedChannel, type Settings } from "../packaging/settings.ts";
import { keyringProduct } from "../packaging/signing/known-keys.ts";
import { planDestinations } from "./destinations.ts";
import {
  buildProducts,
  holdBuildsToPreview,
  movingOutputs,
  noticedPlaces,
  offersOfOthers,
  pointing,
  publishProducts,
  shippingOf,
} from "./moving.ts";
import { preflight } from "./preflight.ts";

/**
 * Stage `dev`: everything, alone, on this machine. Builds each product's targets, publishes them into a directory
 * bucket, points channel `dev` at them, and makes the apt suite of that channel. `registered` is the state's contract,
 * where the program has registered it already; `parent`, what all of it belongs to, where that is not the stack.
 */
export async function dev(
  settings: Settings,
  registered: StateContract | undefined,
  parent?: pulumi.Resource,
): Promise<Record<string, unknown>> {
  const within = parent === undefined ? {} : { parent };
  const channel = movedChannel(settings);
  const actual = noticedPlaces(settings);
  const restored = await restoredPlaces(settings.bucket, actual);
  const { places, restore } = restored;
  const plans = await planProducts(settings, channel, devFolder, places);
  const own = [keyringProduct(settings.archive), ...plans.map(({ product }) => product)];
  const others = await offersOfOthers(settings, channel, own, restored);
  await preflight(settings, plans, places);
  await holdBuildsToPreview(plans, settings);

  // From here on the engine takes part. Nothing is written before it has accepted every bundle as previewed.
  const first = registered ?? new StateContract("first", within);
  await accepted(first);
  const keys = await devKeys(settings, within);
  await warnOfNewKeys(await trustedKeys(places.store), keys, settings.archive);
  const { origin, label, phasing } = settings;
  await nameLagging(actual, own, { suite: channel, origin, label, phasing });
  const pointed = pointing(settings);
  const jobs = plans.flatMap((plan) => plan.jobs);
  const signing = await signingIdentities(settings, jobs, within);
  const products = await buildProducts(
    plans,
    channel,
    pointed,
    shippingOf(settings, signing.identities),
    places,
    within,
  );

  const bucket = releaseBucket(settings, channel, keys, plans, restore, within);
  const stack = { settings, channel, places, keys, bucket, pointing: pointed, within };
  const destinations = await planDestinations(
    settings,
    places,
    products.map(({ planned }) => planned),
    within,
  );
  const published = publishProducts(stack, products, others, devFolder, destinations);
  const { pointers, channels, keyring, apt, elsewhere, pages } = published;
  new StateContract("last", {
    ...within,
    dependsOn: [first, bucket, keyring, apt, pages, ...channels, ...elsewhere, ...Object.values(keys), ...signing.keys],
  });
  const outputs = movingOutputs(stack, pointers, channels, apt);
  return { ...outputs, signers: signing.signers, root: bucket.trust.rootVersion };
}

function releaseBucket(
  settings: Settings,
  channel: string,
  keys: DevKeys,
  plans: readonly ReleasePlan[],
  restore: ReleaseBucketArgs["restore"],
  within: pulumi.ComponentResourceOptions,
): ReleaseBucket {
  const products = [...plans.map(({ product }) => product), keyringProduct(settings.archive)];
  return new ReleaseBucket(
    "bucket",
    {
      location: settings.bucket,
      archive: settings.archive,
      rootKey: keys.root.reference,
      certificates: [keys.archive.reference.public],
      channels: products.map((product) => ({ product, channel, key: keys.channel.reference.public })),
      restore,
    },
    within,
  );
}
