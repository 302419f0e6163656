import * as pulumi from "@pulumi/pulumi";
import type { CachedArtifact } from "../packaging/builds/build.ts";
import type { Places } from "../packaging/places.ts";
import type { Release, ReleasePlan } from "../packaging/plan/release-plan.ts";
import type { Identities } from "../packaging/shipping/identities.ts";
import { shipArtifacts } from "../packaging/shipping/ship-artifacts.ts";
import { adoptable, shippedRelease } from "../packaging/shipping/shipped-release.ts";
import type { Builder } from "./build-planned.ts";

/** How what was built becomes what users get. */
export interface ShippingSettings {
  readonly identities: Identities;
  /** SHA-256 of records whose signed artifacts may be taken as they lie in the bucket. Unset (`dev`): any. */
  readonly vouched?: ReadonlySet<string>;
}

/**
 * The release of a plan as users get it: artifacts that are published with the same content are taken as they are, the
 * others are signed. A preview without keys says what has to wait.
 */
export async function shipPlanned(
  { plan, component }: { readonly plan: ReleasePlan; readonly component: pulumi.Resource },
  built: ReadonlyMap<string, CachedArtifact>,
  build: Builder,
  { identities, vouched }: ShippingSettings,
  { store, cache }: Places,
): Promise<Release> {
  const content = await plan.finish(built);
  if (plan.jobs.length === 0) return content;
  const adopted = await adoptable(store, content, vouched);
  const fresh = plan.jobs.filter(({ name }) => !adopted.has(name));
  const shipped = await shipArtifacts(fresh, built, { identities, cache, build });
  const release = await shippedRelease(content, shipped, adopted, cache);
  if (release.unsigned !== undefined) {
    const names = release.unsigned.map(({ name }) => name).join(", ");
    void pulumi.log.info(
      `Known after signing: size and digest of ${names}, hence of the record of ${release.product} ${release.version}; their content is exact.`,
      component,
    );
  }
  return release;
}
