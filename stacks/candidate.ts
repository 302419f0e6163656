import * as pulumi from "@pulumi/pulumi";
import { accepted } from "../components/accepted.ts";
import { nameLagging } from "../components/lagging.ts";
import { notePreview } from "../components/preview-note.ts";
import { StateContract } from "../components/providers/state-contract.ts";
import { holdToPublished } from "../components/published-guard.ts";
import { movingKeys, readCertificates } from "../components/referenced-keys.ts";
import { restoredPlaces } from "../components/restored-places.ts";
import { signingIdentities } from "../components/signing-identities.ts";
import { readGovernanceLog } from "../packaging/gates/governance-log.ts";
import type { Places } from "../packaging/places.ts";
import { planProducts } from "../packaging/plan/plan-products.ts";
import { requireDelegated } from "../packaging/plan/require-delegated.ts";
import { provenRecords } from "../packaging/plan/suite-plan.ts";
import { commentedCandidate } from "../packaging/promotion/candidate-comment.ts";
import { commentMarkdown } from "../packaging/promotion/comment.ts";
import { publishedFolder } from "../packaging/record/folder.ts";
import { movedChannel, type Settings } from "../packaging/settings.ts";
import { keyringProduct, otherCertificates } from "../packaging/signing/known-keys.ts";
import type { OpenPgpPublic } from "../packaging/signing/signer.ts";
import { readTrustedRoot } from "../packaging/trusted-root.ts";
import { planDestinations } from "./destinations.ts";
import {
  buildProducts,
  holdBuildsToPreview,
  movingOutputs,
  noticedPlaces,
  offersOfOthers,
  pinnedPlaces,
  pointing,
  publishProducts,
  shippingOf,
} from "./moving.ts";
import { preflight } from "./preflight.ts";

/**
 * Stage `candidate`: builds each product, publishes it once and for good under its version, and points its channel at
 * it. Trust and public keys are the foundation's. `parent` is what all of it belongs to, where that is not the stack.
 */
export async function candidate(
  settings: Settings,
  registered: StateContract | undefined,
  parent?: pulumi.Resource,
): Promise<Record<string, unknown>> {
  const within = parent === undefined ? {} : { parent };
  const channel = movedChannel(settings);
  const actual = noticedPlaces(settings);
  const remembered = await restoredPlaces(settings.bucket, actual);
  const restored = { ...remembered, places: await pinnedPlaces(remembered.places, settings) };
  const { places } = restored;
  const { governance } = settings;
  const log = { file: governance, entries: await readGovernanceLog(governance, governance) };
  const plans = await planProducts(settings, channel, publishedFolder, places);
  const own = [keyringProduct(settings.archive), ...plans.map(({ product }) => product)];
  await requireDelegated(places.store, own, channel, settings);
  const others = await offersOfOthers(settings, channel, own, restored);
  await preflight(settings, plans, places);
  await holdBuildsToPreview(plans, settings);

  const first = registered ?? new StateContract("first", within);
  await accepted(first);
  const keys = await movingKeys(settings, within);
  const archiveKeys = await readCertificates(settings);
  await warnOfOtherKeys(actual, archiveKeys);
  const { origin, label, phasing, lifetime } = settings;
  await nameLagging(actual, own, { suite: channel, origin, label, phasing });
  const vouched = await provenRecords(places, channel);
  const pointed = { ...pointing(settings, lifetime), vouched };
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
  for (const { planned } of products) await holdToPublished(actual, planned.release, channel, log);
  const commented = products.map(({ plan, planned }) => commentedCandidate(places, plan, planned));
  await notePreview(commentMarkdown(await Promise.all(commented)));

  const bucket = { location: settings.bucket };
  const root = await readTrustedRoot(settings);
  const stack = { settings, channel, places, keys, bucket, lifetime, root, pointing: pointed, archiveKeys, within };
  const destinations = await planDestinations(
    settings,
    places,
    products.map(({ planned }) => planned),
    within,
  );
  const published = publishProducts(stack, products, others, publishedFolder, destinations);
  const { pointers, channels, keyring, apt, elsewhere, pages } = published;
  new StateContract("last", {
    ...within,
    dependsOn: [first, keyring, apt, pages, ...channels, ...elsewhere, ...Object.values(keys), ...signing.keys],
  });
  return { ...movingOutputs(stack, pointers, channels, apt), signers: signing.signers };
}

/** A key that signs for the archive and is not in the package of its keys: machines would refuse what it signs. */
async function warnOfOtherKeys({ store }: Places, listed: readonly OpenPgpPublic[]): Promise<void> {
  for (const path of await otherCertificates(store, listed)) {
    void pulumi.log.warn(
      `${path} is in the bucket and not in slipway:certificates: the package of the archive's keys is without it`,
    );
  }
}
