import type { Places } from "../places.ts";
import { allOrMistakes } from "../plan/all-or-mistakes.ts";
import { wingetPackageOf } from "../plan/build-plan.ts";
import { planNamed, planPublished } from "../plan/published-plan.ts";
import { readManifests } from "../plan/read-manifests.ts";
import type { ReleasePlan } from "../plan/release-plan.ts";
import { decide } from "../promotion/decision.ts";
import { movedChannel, namedProducts, requestedVersion, type Settings } from "../settings.ts";
import { readTrustedRoot } from "../trusted-root.ts";
import type { AskedPlan } from "./ask-places.ts";

/**
 * The releases that an update of a stack would be about, without fetching a payload or staging a file. Refuses what its plan
 * would refuse of manifests, versions and channels, all mistakes at once.
 */
export async function askedPlans(settings: Settings, at: Places): Promise<readonly AskedPlan[]> {
  if (settings.stage === "foundation") return [];
  return settings.stage === "release" ? promoted(settings, at) : built(settings, at);
}

/** What is asked of a planned release; one without jobs is published, and finished as it is. */
export async function askedPlan(plan: ReleasePlan): Promise<AskedPlan> {
  return plan.jobs.length > 0 ? plan : { ...plan, published: await plan.finish(new Map()) };
}

async function built(settings: Settings, at: Places): Promise<readonly AskedPlan[]> {
  const described = await readManifests(settings, at.projectRoot);
  const asked = (id: string, wanted: string) => planPublished(at, id, movedChannel(settings), wanted).then(askedPlan);
  const byName = typeof settings.version === "object" ? Object.entries(settings.version) : [];
  return allOrMistakes([
    ...described.map(async ({ product }) => {
      const { id, version } = product;
      const wanted = requestedVersion(settings, id) ?? version;
      return wanted === version ? { product: id, version, ...wingetPackageOf(product) } : asked(id, wanted);
    }),
    ...byName
      .filter(([id]) => described.every(({ product }) => product.id !== id))
      .map(([id, wanted]) => asked(id, wanted)),
  ]);
}

async function promoted(settings: Settings, at: Places): Promise<readonly AskedPlan[]> {
  const { from } = settings;
  const channels = { channel: movedChannel(settings), from, trustedRoot: await readTrustedRoot(settings) };
  return allOrMistakes(
    namedProducts(settings).map(async (product) => {
      const { named } = await decide(at, product, requestedVersion(settings, product), channels);
      return askedPlan(await planNamed(at, product, named));
    }),
  );
}
