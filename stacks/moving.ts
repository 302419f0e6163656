import * as pulumi from "@pulumi/pulumi";
import { AptRepository, type AptRepositoryArgs } from "../components/apt-repository.ts";
import { ArchiveKeyring } from "../components/archive-keyring.ts";
import { plannedBuilder } from "../components/build-planned.ts";
import { Channel } from "../components/channel.ts";
import { laterNumber } from "../components/later.ts";
import { holdToPreview } from "../components/preview-guard.ts";
import type { MovingKeys } from "../components/referenced-keys.ts";
import { refused } from "../components/refused.ts";
import { Release } from "../components/release.ts";
import type { SharedBucket } from "../components/release-bucket.ts";
import type { ReleasePages } from "../components/release-pages.ts";
import type { RestoredPlaces } from "../components/restored-places.ts";
import { type ShippingSettings, shipPlanned } from "../components/ship-planned.ts";
import { pinnedView } from "../packaging/channels/pinned-view.ts";
import { systemClock } from "../packaging/clock.ts";
import { renewalTime } from "../packaging/lifecycle/expiry.ts";
import { type Places, placesOf } from "../packaging/places.ts";
import type { PointerSettings } from "../packaging/plan/channel-plan.ts";
import { droppedProducts } from "../packaging/plan/dropped-products.ts";
import { planKeyring } from "../packaging/plan/keyring-plan.ts";
import { type PlannedPointer, planPointer } from "../packaging/plan/pointer-plan.ts";
import { fingerprintOf, type Release as PlannedRelease, type ReleasePlan } from "../packaging/plan/release-plan.ts";
import { type OtherOffers, otherOffers, requirePhased } from "../packaging/plan/suite-plan.ts";
import type { FolderNaming } from "../packaging/record/folder.ts";
import { type Settings, settingsDigest } from "../packaging/settings.ts";
import { openSharedCache } from "../packaging/shared-cache/open-shared-cache.ts";
import type { Identities } from "../packaging/shipping/identities.ts";
import { keptDigest } from "../packaging/shipping/timestamps.ts";
import { keyringProduct } from "../packaging/signing/known-keys.ts";
import type { OpenPgpPublic } from "../packaging/signing/signer.ts";
import { readTrustedRoot } from "../packaging/trusted-root.ts";
import type { Destinations } from "./destinations.ts";
import { paged, releasePages } from "./stack-pages.ts";

/** What the stages that move a channel have in common: `dev`, `candidate` and `release`. */
export interface MovingStack {
  readonly settings: Settings;
  /** The channel that the stack moves, and the apt suite made of it. */
  readonly channel: string;
  readonly places: Places;
  readonly keys: MovingKeys;
  readonly bucket: SharedBucket;
  /** The text of the TUF root that the stack trusts; undefined (`dev`): that of the bucket. */
  readonly root?: string;
  /** Days for which what a move signs holds; undefined: ten years. */
  readonly lifetime?: number;
  /** The parent of all that the stack registers, where that is not the stack itself. */
  readonly within?: pulumi.ComponentResourceOptions;
}

/** A stage that builds what it points its channel at. */
export interface BuildingStack extends MovingStack {
  readonly pointing: PointerSettings;
  /** The archive's keys where the stack lists them; undefined (`dev`): those that the bucket has. */
  readonly archiveKeys?: readonly OpenPgpPublic[];
}

/** A product's release, and where its channel is to point. */
export interface MovedProduct {
  readonly plan: ReleasePlan;
  readonly component: Release;
  readonly planned: PlannedPointer;
}

/** Places whose damage and downloads show among the messages of an update, with the cache that the stack shares. */
export function noticedPlaces({ bucket, cache }: Pick<Settings, "bucket" | "cache">): Places {
  const warn = (sentence: string) => void pulumi.log.warn(sentence);
  const places = placesOf(bucket, warn, (line) => void pulumi.log.info(line, undefined, undefined, true));
  return cache === undefined ? places : { ...places, shared: openSharedCache(cache, places, warn) };
}

/** The same places as a stack sees them that trusts one root of the bucket. */
export async function pinnedPlaces(places: Places, settings: Settings): Promise<Places> {
  return { ...places, store: await pinnedView(places.store, await readTrustedRoot(settings)) };
}

/**
 * What the channel's suite offers of products that the stack does not move; names those that it has to leave out, and
 * those that the stack moved until now. Refuses (SLW-SETTINGS) phasing of a product that is not in the suite.
 */
export async function offersOfOthers(
  { phasing }: Settings,
  channel: string,
  own: readonly string[],
  { places, moved }: RestoredPlaces,
): Promise<OtherOffers["offers"]> {
  const { offers, leftOut } = await otherOffers(places, channel, new Set(own));
  for (const sentence of [...leftOut, ...droppedProducts(moved, channel, own)]) void pulumi.log.warn(sentence);
  requirePhased(phasing, [...own, ...Object.keys(offers)]);
  return offers;
}

/** How the stack points channels; with a lifetime, signatures are renewed before they end. */
export function pointing({ keep }: Settings, lifetime?: number): PointerSettings {
  return lifetime === undefined ? { keep } : { keep, renewBefore: renewalTime(systemClock.now(), lifetime) };
}

/** Holds what a stack is about to build and sign to its last preview. */
export async function holdBuildsToPreview(plans: readonly ReleasePlan[], settings: Settings): Promise<void> {
  const { timestamps } = settings;
  await holdToPreview({
    ...fingerprintOf(plans),
    settings: settingsDigest(settings),
    ...(timestamps && { timestamps: await keptDigest(timestamps) }),
  });
}

/** How the stack ships what it builds. */
export function shippingOf(
  { notarization, timestamps }: Settings,
  identities: Identities,
): Omit<ShippingSettings, "vouched"> {
  return { identities, ...(notarization && { notarization }), ...(timestamps && { timestamps }) };
}

/**
 * Registers the releases with all that is inside them, builds and signs what is not published, and plans their channels.
 */
export async function buildProducts(
  plans: readonly ReleasePlan[],
  channel: string,
  settings: PointerSettings,
  signing: Omit<ShippingSettings, "vouched">,
  places: Places,
  within: pulumi.ComponentResourceOptions = {},
): Promise<readonly MovedProduct[]> {
  const registered = plans.map((plan) => ({ plan, component: new Release(plan, within) }));
  await Promise.all(registered.map(({ component }) => component.accepted()));
  const build = plannedBuilder(registered, places, (sentence) => void pulumi.log.warn(sentence));
  const built = await build(plans.flatMap(({ jobs }) => jobs));
  const { vouched } = settings;
  const shipping = { ...signing, ...(vouched && { vouched }) };
  return Promise.all(
    registered.map(async (one) =>
      movedProduct(one, await shipPlanned(one, built, build, shipping, places), channel, settings, places),
    ),
  );
}

/** Plans where the channel of a registered product points once it has this release, and says who loses what. */
export async function movedProduct(
  { plan, component }: Pick<MovedProduct, "plan" | "component">,
  release: PlannedRelease,
  channel: string,
  settings: PointerSettings,
  places: Places,
): Promise<MovedProduct> {
  const planned = await planPointer(places, release, channel, settings);
  for (const sentence of planned.dropped) void pulumi.log.warn(sentence, component);
  return { plan, component, planned };
}

/** What a stack that builds makes of its bucket. */
export interface Published {
  readonly pointers: readonly PlannedPointer[];
  readonly channels: readonly Channel[];
  readonly keyring: ArchiveKeyring;
  readonly apt: AptRepository;
  /** What is kept beside the bucket. */
  readonly elsewhere: readonly pulumi.Resource[];
  readonly pages: ReleasePages;
}

/** Publishes the releases and the keyring, points the channel at them, and makes its suite, what is kept elsewhere, and pages. */
export function publishProducts(
  stack: BuildingStack,
  products: readonly MovedProduct[],
  others: OtherOffers["offers"],
  folderOf: FolderNaming,
  destinations: Destinations,
): Published {
  const { bucket, channel, keys, archiveKeys } = stack;
  const keyring = archiveKeyring(stack, folderOf);
  const channels = products.map(({ component, planned }) => {
    const signed = { bucket, channel, key: keys.archive.reference, ...(archiveKeys && { archiveKeys }) };
    const record = component.publish(planned.release, signed);
    return pointChannel(stack, planned, [record, ...(bucket.trust === undefined ? [] : [bucket.trust])]);
  });
  const pointers = products.map(({ planned }) => planned);
  const apt = aptRepository(stack, pointers, others, keyring.offer, [...channels, keyring.channel]);
  const ofKeyring = {
    product: keyringProduct(stack.settings.archive),
    planned: keyring.planned,
    moved: keyring.channel,
  };
  const elsewhere = destinations(channels);
  const pages = releasePages(stack, [...paged(pointers, channels), ofKeyring], [apt, ...elsewhere]);
  return { pointers, channels, keyring, apt, elsewhere, pages };
}

/** Points a product's channel at a release that lies in the bucket, or does when `after` is done. */
export function pointChannel(
  { bucket, channel, keys, lifetime, within }: MovingStack,
  { release, channel: plan }: PlannedPointer,
  after: readonly pulumi.Resource[] = [],
): Channel {
  const unsigned = release.unsigned !== undefined;
  const args = { product: release.product, channel, bucket, plan, unsigned, key: keys.channel.reference, lifetime };
  return new Channel(args, { ...within, dependsOn: [...after] });
}

/** The package that brings the archive's keys to machines: made of the keys that the bucket and this stack have. */
function archiveKeyring(stack: BuildingStack, folderOf: FolderNaming): ArchiveKeyring {
  const { settings, channel, places, keys, bucket, lifetime, pointing, archiveKeys, within } = stack;
  const { archive, origin, url } = settings;
  const options = { archive, origin, homepage: url, channel, folderOf, ...(archiveKeys && { keys: archiveKeys }) };
  const plan = async (key: OpenPgpPublic) => {
    try {
      const release = await planKeyring(key, options, places);
      return await planPointer(places, release, channel, pointing);
    } catch (error) {
      throw refused(error);
    }
  };
  return new ArchiveKeyring(
    {
      archive,
      channel,
      bucket,
      plan: keys.archive.reference.public.apply(plan),
      archiveKey: keys.archive.reference,
      archiveKeys,
      channelKey: keys.channel.reference,
      lifetime,
    },
    within,
  );
}

/** The suite of the stack's channel, made from all products that have a channel of its name. */
export function aptRepository(
  { settings, channel, bucket, keys, within }: MovingStack,
  products: readonly PlannedPointer[],
  others: OtherOffers["offers"],
  keyringOffer: AptRepositoryArgs["keyring"]["offer"],
  channels: readonly Channel[],
): AptRepository {
  const { archive, origin, label, url, phasing, publishedAt } = settings;
  const offers = Object.fromEntries(products.map(({ release, offer }) => [release.product, offer]));
  return new AptRepository(
    {
      ...{ suite: channel, archive, origin, label, url, bucket },
      offers: { ...offers, ...others },
      phasing,
      keyring: { product: keyringProduct(archive), offer: keyringOffer },
      ...(publishedAt === undefined ? {} : { publishedAt }),
      key: keys.archive.reference,
    },
    { ...within, dependsOn: [...channels] },
  );
}

/** What commands and people read of a stack that moves a channel. */
export function movingOutputs(
  { settings, channel, keys }: MovingStack,
  products: readonly PlannedPointer[],
  channels: readonly Channel[],
  apt: AptRepository,
): Record<string, unknown> {
  return {
    channel,
    archive: settings.archive,
    bucket: settings.bucket,
    url: settings.url,
    products: products.map(({ release }, at) => ({
      product: release.product,
      version: release.version,
      folder: release.folder,
      serial: channels[at]?.serial,
      description: release.record.description,
      artifacts: release.record.artifacts.map(({ name, size, content }) => ({
        name,
        // An update under a plan that says another size ends without a word: the engine reports no such error of a stack.
        size: release.unsigned?.some((it) => it.name === name) ? laterNumber : size,
        content,
      })),
    })),
    archiveKey: keys.archive.reference.public.apply(({ fingerprint }) => fingerprint),
    published: apt.suite.date,
  };
}
