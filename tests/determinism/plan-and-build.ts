/**
 * Plans, builds and signs the products of a checkout with the library alone, without Pulumi and without a bucket, and prints the
 * digests as JSON: `node tests/determinism/plan-and-build.ts MANIFEST...`, in the checkout.
 */
import { buildArtifacts } from "../../packaging/builds/build.ts";
import { placesOf } from "../../packaging/places.ts";
import { planProducts } from "../../packaging/plan/plan-products.ts";
import { devFolder } from "../../packaging/record/folder.ts";
import { parseSettings } from "../../packaging/settings.ts";
import { type Shipping, shipArtifacts } from "../../packaging/shipping/ship-artifacts.ts";
import { shippedRelease } from "../../packaging/shipping/shipped-release.ts";
import { testIdentities } from "../signing/identities.ts";

const settings = parseSettings({ stage: "dev", manifests: process.argv.slice(2) }, { name: "settings of the test" });
const places = placesOf(settings.bucket);
const plans = await planProducts(settings, "dev", devFolder, places);
const jobs = plans.flatMap((plan) => plan.jobs);
const built = await buildArtifacts(jobs, { cacheFolder: places.cacheFolder });
if ([...built.values()].some(({ cached }) => cached)) throw new Error("the cache was not empty");
const digests: Record<string, string> = {};
const { cache, cacheFolder } = places;
const signing: Shipping = {
  identities: await testIdentities(),
  cache,
  build: (again) => buildArtifacts(again, { cacheFolder }),
};
for (const plan of plans) {
  const shipped = await shipArtifacts(plan.jobs, built, signing);
  const release = await shippedRelease(await plan.finish(built), shipped, new Map(), cache);
  const { folder, record, recordObject } = release;
  digests[`${plan.product}/${folder}/release.json`] = recordObject.sha256;
  for (const { name, shipped, inventory } of record.artifacts) {
    digests[`${plan.product}/${folder}/${name}`] = shipped;
    digests[`${plan.product}/${folder}/${inventory.path}`] = inventory.sha256;
  }
}
process.stdout.write(JSON.stringify(digests));
