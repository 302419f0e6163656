import * as pulumi from "@pulumi/pulumi";
import { accepted } from "../components/accepted.ts";
import { nameLagging } from "../components/lagging.ts";
import { holdToPreview } from "../components/preview-guard.ts";
import { notePreview } from "../components/preview-note.ts";
import { Promotion } from "../components/promotion.ts";
import { StateContract } from "../components/providers/state-contract.ts";
import { movingKeys, readSigners } from "../components/referenced-keys.ts";
import { Release } from "../components/release.ts";
import { restoredPlaces } from "../components/restored-places.ts";
import { refuseByGates } from "../packaging/gates/gates.ts";
import { readGovernanceLog } from "../packaging/gates/governance-log.ts";
import type { MovedChannel } from "../packaging/lifecycle/remembered.ts";
import type { Places } from "../packaging/places.ts";
import { allOrMistakes } from "../packaging/plan/all-or-mistakes.ts";
import { fingerprintOf } from "../packaging/plan/release-plan.ts";
import { requireDelegated } from "../packaging/plan/require-delegated.ts";
import { type CommentedProduct, commentMarkdown } from "../packaging/promotion/comment.ts";
import {
  type Promotion as PlannedPromotion,
  type PromotionSettings,
  planPromotion,
} from "../packaging/promotion/plan.ts";
import { refuseReplayed } from "../packaging/promotion/replayed.ts";
import { movedChannel, namedProducts, requestedVersion, type Settings, settingsDigest } from "../packaging/settings.ts";
import { keyringProduct } from "../packaging/signing/known-keys.ts";
import { readTrustedRoot } from "../packaging/trusted-root.ts";
import { planDestinations } from "./destinations.ts";
import { planGithubReleases } from "./github-releases.ts";
import {
  aptRepository,
  type MovedProduct,
  movedProduct,
  movingOutputs,
  noticedPlaces,
  offersOfOthers,
  pinnedPlaces,
  pointChannel,
  pointing,
} from "./moving.ts";
import { preflight } from "./preflight.ts";
import { paged, releasePages } from "./stack-pages.ts";

/**
 * Stage `release`: takes versions that another channel lists, as they lie in the bucket, and points its own channel at
 * them. It builds nothing and needs neither source nor payload; going back to a version is the same act. `parent` is what all of
 * it belongs to, where that is not the stack.
 */
export async function release(
  settings: Settings,
  registered: StateContract | undefined,
  parent?: pulumi.Resource,
): Promise<Record<string, unknown>> {
  const within = parent === undefined ? {} : { parent };
  const channel = movedChannel(settings);
  const bucket = noticedPlaces(settings);
  const actual = await pinnedPlaces(bucket, settings);
  const remembered = await restoredPlaces(settings.bucket, bucket);
  const restored = { ...remembered, places: await pinnedPlaces(remembered.places, settings) };
  const { places } = restored;
  await refuseReplayed(actual.store, restored.seen);
  const keyring = keyringProduct(settings.archive);
  const own = [keyring, ...namedProducts(settings)];
  await requireDelegated(actual.store, own, channel, settings);
  const promotions = await planPromotions(settings, channel, actual, restored.moved);
  const plans = promotions.map(({ plan }) => plan);
  await preflight(
    settings,
    plans.filter(({ product }) => product !== keyring),
    places,
  );
  refuseByGates(...promotions.map(({ facts }) => facts));
  const others = await offersOfOthers(settings, channel, own, restored);
  const fingerprint = fingerprintOf(plans);
  await holdToPreview({ ...fingerprint, settings: settingsDigest(settings) });

  const first = registered ?? new StateContract("first", within);
  await accepted(first);
  const keys = await movingKeys(settings, within);
  const { origin, label, phasing, lifetime } = settings;
  await nameLagging(actual, own, { suite: channel, origin, label, phasing });
  const products = await pointProducts(promotions, channel, settings, places, within);
  await notePreview(commentMarkdown(promotions.map(commented)));
  const root = await readTrustedRoot(settings);
  const stack = { settings, channel, places, keys, bucket: { location: settings.bucket }, lifetime, root, within };
  const pointers = products.map(({ planned }) => planned);
  const released = pointers.filter(({ release: it }) => it.product !== keyring);
  const destinations = await planDestinations(settings, places, pointers, within);
  const onGithub = await planGithubReleases(settings, actual, released, within);
  const channels = pointers.map((planned) => pointChannel(stack, planned));
  const offer = pointers.find(({ release: it }) => it.product === keyring)?.offer ?? [];
  // Opaque: an output of the value itself takes it apart, bytes and all.
  const keyringOffer = pulumi.output(null).apply(() => offer);
  const apt = aptRepository(stack, released, others, keyringOffer, channels);
  const elsewhere = [...destinations(channels), ...onGithub([...channels, apt])];
  const pages = releasePages(stack, paged(pointers, channels), [apt, ...elsewhere]);
  new StateContract("last", {
    ...within,
    dependsOn: [first, apt, pages, ...channels, ...elsewhere, ...Object.values(keys)],
  });
  return movingOutputs(stack, released, channels, apt);
}

/** All that is to be promoted, the keys' package first: users need it to trust the rest. */
async function planPromotions(
  settings: Settings,
  channel: string,
  places: Places,
  moved: readonly MovedChannel[],
): Promise<readonly PlannedPromotion[]> {
  const { from, verify, governance } = settings;
  const keyring = keyringProduct(settings.archive);
  const by: PromotionSettings = {
    channel,
    from,
    trustedRoot: await readTrustedRoot(settings),
    signers: await readSigners(settings),
    depth: verify,
    governance: { needed: true, file: governance, entries: await readGovernanceLog(governance, governance) },
  };
  return allOrMistakes([
    // Nobody decides on the first one, which comes with the archive; whoever replaces it changes whom users trust.
    planPromotion(places, keyring, undefined, {
      ...by,
      governance: { ...by.governance, needed: false, moved: moved.some((it) => it.product === keyring) },
    }),
    ...namedProducts(settings).map((product) =>
      planPromotion(places, product, requestedVersion(settings, product), by),
    ),
  ]);
}

function commented({ facts, difference, lost, users }: PlannedPromotion): CommentedProduct {
  const { product, version, channel } = facts;
  return { product, version, channel, difference, lost, users };
}

/** Registers what a reviewer reads, and plans the channels. */
async function pointProducts(
  promotions: readonly PlannedPromotion[],
  channel: string,
  settings: Settings,
  places: Places,
  within: pulumi.ComponentResourceOptions,
): Promise<readonly MovedProduct[]> {
  const registered = promotions.map((promotion) => {
    const judged = new Promotion(promotion, within);
    return { promotion, component: new Release(promotion.plan, { parent: judged }) };
  });
  await Promise.all(registered.map(({ component }) => component.accepted()));
  return Promise.all(
    registered.map(async ({ promotion: { plan, vouched }, component }) => {
      const release = await plan.finish(new Map());
      const settled = { ...pointing(settings, settings.lifetime), vouched };
      const moved = await movedProduct({ plan, component }, release, channel, settled, places);
      component.taken(release);
      return moved;
    }),
  );
}
