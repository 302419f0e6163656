import * as pulumi from "@pulumi/pulumi";
import type { CachedArtifact } from "../packaging/builds/build.ts";
import type { NotarizationSetting } from "../packaging/notarization-settings.ts";
import type { Places } from "../packaging/places.ts";
import type { Release, ReleasePlan } from "../packaging/plan/release-plan.ts";
import type { Identities } from "../packaging/shipping/identities.ts";
import { shipArtifacts } from "../packaging/shipping/ship-artifacts.ts";
import { adoptable, shippedRelease } from "../packaging/shipping/shipped-release.ts";
import type { Builder } from "./build-planned.ts";
import { notarizePlanned } from "./notarize-planned.ts";

/** How what was built becomes what users get. */
export interface ShippingSettings {
  readonly identities: Identities;
  /** SHA-256 of records whose signed artifacts may be taken as they lie in the bucket. Unset (`dev`): any. */
  readonly vouched?: ReadonlySet<string>;
  readonly notarization?: NotarizationSetting;
}

/**
 * The release of a plan as users get it: artifacts that are published with the same content are taken as they are, the
 * others are signed. A preview without keys says what has to wait.
 */
export async function shipPlanned(
  planned: { readonly plan: ReleasePlan; readonly component: pulumi.Resource },
  built: ReadonlyMap<string, CachedArtifact>,
  build: Builder,
  { identities, vouched, notarization }: ShippingSettings,
  { store, cache }: Places,
): Promise<Release> {
  const { plan, component } = planned;
  const content = await plan.finish(built);
  if (plan.jobs.length === 0) return content;
  const adopted = await adoptable(store, content, vouched);
  // What is notarized is a resource of the stack: it stays one, published or not.
  const fresh = plan.jobs.filter(
    ({ name, format }) => !adopted.has(name) || (format.kind === "pkg" && notarization !== undefined),
  );
  const signed = await shipArtifacts(fresh, built, { identities, cache, build });
  const published = new Set(adopted.keys());
  const shipped =
    notarization === undefined ? signed : await notarizePlanned(planned, signed, published, notarization, cache);
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
