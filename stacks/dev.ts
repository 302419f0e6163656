import * as pulumi from "@pulumi/pulumi";
import { accepted } from "../components/accepted.ts";
import { AptRepository, type AptRepositoryArgs } from "../components/apt-repository.ts";
import { ArchiveKeyring } from "../components/archive-keyring.ts";
import { buildPlanned } from "../components/build-planned.ts";
import { Channel } from "../components/channel.ts";
import { type DevKeys, devKeys } from "../components/dev-keys.ts";
import { nameLagging } from "../components/lagging.ts";
import { warnOfNewKeys } from "../components/new-keys.ts";
import { holdToPreview } from "../components/preview-guard.ts";
import { StateContract } from "../components/providers/state-contract.ts";
import { refused } from "../components/refused.ts";
import { Release } from "../components/release.ts";
import { ReleaseBucket, type ReleaseBucketArgs } from "../components/release-bucket.ts";
import { restoredPlaces } from "../components/restored-places.ts";
import { type Places, placesOf } from "../packaging/places.ts";
import { planKeyring } from "../packaging/plan/keyring-plan.ts";
import { trustedKeys } from "../packaging/plan/new-keys.ts";
import { planProducts } from "../packaging/plan/plan-products.ts";
import { type PlannedPointer, planPointer } from "../packaging/plan/pointer-plan.ts";
import { fingerprintOf, type ReleasePlan } from "../packaging/plan/release-plan.ts";
import { otherOffers, requirePhased } from "../packaging/plan/suite-plan.ts";
import { type Settings, settingsDigest } from "../packaging/settings.ts";
import { keyringProduct } from "../packaging/signing/known-keys.ts";
import type { OpenPgpPublic } from "../packaging/signing/signer.ts";

/** The channel of a `dev` stack, and the apt suite made of it. */
const channel = "dev";

interface Product {
  readonly component: Release;
  readonly planned: PlannedPointer;
}

/**
 * Stage `dev`: everything, alone, on this machine. Builds each product's targets, publishes them into a directory
 * bucket, points channel `dev` at them, and makes the apt suite of that channel. `registered` is the state's contract,
 * where the program has registered it already.
 */
export async function dev(settings: Settings, registered: StateContract | undefined): Promise<Record<string, unknown>> {
  const actual = placesOf(
    settings.bucket,
    (sentence) => void pulumi.log.warn(sentence),
    (line) => void pulumi.log.info(line, undefined, undefined, true),
  );
  const { places, restore } = await restoredPlaces(settings.bucket, actual);
  const plans = await planProducts(settings, channel, places);
  const own = [keyringProduct(settings.archive), ...plans.map(({ product }) => product)];
  const others = await otherOffers(places, channel, new Set(own));
  requirePhased(settings.phasing, [...own, ...Object.keys(others)]);
  await holdToPreview({ ...fingerprintOf(plans), settings: settingsDigest(settings) });

  // From here on the engine takes part. Nothing is written before it has accepted every bundle as previewed.
  const first = registered ?? new StateContract("first");
  await accepted(first);
  const keys = await devKeys(settings);
  await warnOfNewKeys(await trustedKeys(places.store), keys, settings.archive);
  const { origin, label, phasing } = settings;
  await nameLagging(actual, { suite: channel, origin, label, phasing });
  const products = await buildProducts(plans, settings, places);

  const bucket = releaseBucket(settings, keys, plans, restore);
  const keyring = archiveKeyring(settings, keys, bucket, places);
  const channels = products.map(({ component, planned }) => {
    const { release, channel: plan } = planned;
    const record = component.publish(release, { bucket, channel, key: keys.archive.reference });
    const args = { product: release.product, channel, bucket, plan, key: keys.channel.reference };
    return new Channel(args, { dependsOn: [record, bucket.trust] });
  });
  const apt = aptRepository(settings, keys, bucket, products, others, keyring, [...channels, keyring.channel]);
  new StateContract("last", { dependsOn: [first, bucket, keyring, apt, ...channels, ...Object.values(keys)] });
  return outputs(settings, products, channels, keys, apt, bucket);
}

async function buildProducts(
  plans: readonly ReleasePlan[],
  settings: Settings,
  places: Places,
): Promise<readonly Product[]> {
  const registered = plans.map((plan) => ({ plan, release: new Release(plan) }));
  await Promise.all(registered.map(({ release }) => release.accepted()));
  const built = await buildPlanned(registered, places.cacheFolder, (sentence) => void pulumi.log.warn(sentence));
  return Promise.all(
    registered.map(async ({ plan, release: component }) => {
      const planned = await planPointer(places, await plan.finish(built), channel, settings.keep);
      for (const sentence of planned.dropped) void pulumi.log.warn(sentence, component);
      return { component, planned };
    }),
  );
}

function releaseBucket(
  settings: Settings,
  keys: DevKeys,
  plans: readonly ReleasePlan[],
  restore: ReleaseBucketArgs["restore"],
): ReleaseBucket {
  const products = [...plans.map(({ product }) => product), keyringProduct(settings.archive)];
  return new ReleaseBucket("bucket", {
    location: settings.bucket,
    archive: settings.archive,
    rootKey: keys.root.reference,
    channelKey: keys.channel.reference,
    archiveKey: keys.archive.reference,
    channels: products.map((product) => ({ product, channel })),
    restore,
  });
}

function archiveKeyring(settings: Settings, keys: DevKeys, bucket: ReleaseBucket, places: Places): ArchiveKeyring {
  const { archive, origin, url, keep } = settings;
  const plan = async (key: OpenPgpPublic) => {
    try {
      const release = await planKeyring(key, { archive, origin, homepage: url, channel }, places);
      return await planPointer(places, release, channel, keep);
    } catch (error) {
      throw refused(error);
    }
  };
  return new ArchiveKeyring({
    archive,
    channel,
    bucket,
    plan: keys.archive.reference.public.apply(plan),
    archiveKey: keys.archive.reference,
    channelKey: keys.channel.reference,
  });
}

function aptRepository(
  settings: Settings,
  keys: DevKeys,
  bucket: ReleaseBucket,
  products: readonly Product[],
  otherOffers: AptRepositoryArgs["offers"],
  keyring: ArchiveKeyring,
  channels: readonly Channel[],
): AptRepository {
  const { archive, origin, label, url, phasing, publishedAt } = settings;
  const offers = Object.fromEntries(products.map(({ planned }) => [planned.release.product, planned.offer]));
  return new AptRepository(
    {
      ...{ suite: channel, archive, origin, label, url, bucket },
      offers: { ...offers, ...otherOffers },
      phasing,
      keyring: { product: keyringProduct(archive), offer: keyring.offer },
      ...(publishedAt === undefined ? {} : { publishedAt }),
      key: keys.archive.reference,
    },
    { dependsOn: [...channels] },
  );
}

function outputs(
  settings: Settings,
  products: readonly Product[],
  channels: readonly Channel[],
  keys: DevKeys,
  apt: AptRepository,
  bucket: ReleaseBucket,
): Record<string, unknown> {
  return {
    channel,
    archive: settings.archive,
    bucket: settings.bucket,
    url: settings.url,
    products: products.map(({ planned: { release } }, at) => ({
      product: release.product,
      version: release.version,
      folder: release.folder,
      serial: channels[at]?.serial,
      description: release.record.description,
      artifacts: release.record.artifacts.map(({ name, size, content }) => ({ name, size, content })),
    })),
    archiveKey: keys.archive.reference.public.apply(({ fingerprint }) => fingerprint),
    root: bucket.trust.rootVersion,
    published: apt.suite.date,
  };
}
