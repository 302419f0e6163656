import * as pulumi from "@pulumi/pulumi";
import type { CachedArtifact } from "../packaging/builds/build.ts";
import type { NotarizationSetting } from "../packaging/notarization-settings.ts";
import type { Places } from "../packaging/places.ts";
import type { Release, ReleasePlan } from "../packaging/plan/release-plan.ts";
import type { Identities } from "../packaging/shipping/identities.ts";
import { type ShippedArtifact, shipArtifacts } from "../packaging/shipping/ship-artifacts.ts";
import { adoptable, shippedRelease } from "../packaging/shipping/shipped-release.ts";
import { timestampsIn } from "../packaging/shipping/timestamps.ts";
import type { Builder } from "./build-planned.ts";
import { notarizePlanned } from "./notarize-planned.ts";

/** How what was built becomes what users get. */
export interface ShippingSettings {
  readonly identities: Identities;
  /** SHA-256 of records whose signed artifacts may be taken as they lie in the bucket. Unset (`dev`): any. */
  readonly vouched?: ReadonlySet<string>;
  readonly notarization?: NotarizationSetting;
  /** The folder with timestamps of signatures. */
  readonly timestamps?: string;
}

/**
 * The release of a plan as users get it: artifacts that are published with the same content are taken as they are, the
 * others are signed. A preview without keys says what has to wait.
 */
export async function shipPlanned(
  planned: { readonly plan: ReleasePlan; readonly component: pulumi.Resource },
  built: ReadonlyMap<string, CachedArtifact>,
  build: Builder,
  { identities, vouched, notarization, timestamps: folder }: ShippingSettings,
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
  const timestamps = folder === undefined ? undefined : timestampsIn(folder);
  const signed = await shipArtifacts(fresh, built, { identities, cache, build, timestamps });
  if (folder !== undefined) warnOfWaiting(signed, folder, component);
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

function warnOfWaiting(
  shipped: ReadonlyMap<string, ShippedArtifact>,
  folder: string,
  component: pulumi.Resource,
): void {
  const waiting = [...shipped].flatMap(([name, { waiting: parts }]) =>
    parts.map((part) => (part === name ? name : `${part} in ${name}`)),
  );
  if (waiting.length === 0) return;
  void pulumi.log.warn(
    `${waiting.join(", ")}: signed without a timestamp, since ${folder} has none of the signature. ` +
      "slipway timestamp --authority URL asks for it; what is published before stays without.",
    component,
  );
}
