import type * as pulumi from "@pulumi/pulumi";
import type { BuiltArtifact } from "../packaging/artifact.ts";
import type { BuildCache } from "../packaging/builds/cache.ts";
import { canonicalJson } from "../packaging/canonical-json.ts";
import { sha256 } from "../packaging/digest.ts";
import { stapleFile } from "../packaging/notarization/staple-file.ts";
import type { NotarizationSetting } from "../packaging/notarization-settings.ts";
import type { ReleasePlan } from "../packaging/plan/release-plan.ts";
import { requireContent } from "../packaging/shipping/require-content.ts";
import type { ShippedArtifact } from "../packaging/shipping/ship-artifacts.ts";
import { knownValue } from "./known-value.ts";
import { laterNumber, laterText } from "./later.ts";
import { Notarization } from "./notarization.ts";

/**
 * Has the macOS packages of a plan notarized once they are signed: what is shipped then is the stapled one. A preview does
 * not wait: before there is a ticket, its bytes are known after signing. `published` are those that lie in the bucket.
 */
export async function notarizePlanned(
  { plan: { product, jobs }, component }: { readonly plan: ReleasePlan; readonly component: pulumi.Resource },
  shipped: ReadonlyMap<string, ShippedArtifact>,
  published: ReadonlySet<string>,
  setting: NotarizationSetting,
  cache: BuildCache,
): Promise<ReadonlyMap<string, ShippedArtifact>> {
  const notarized = new Map(shipped);
  for (const { name, format } of jobs) {
    const signed = shipped.get(name);
    if (format.kind !== "pkg" || signed === undefined) continue;
    const { built } = signed;
    const file = { name, sha256: built?.sha256 ?? laterText, size: built?.size ?? laterNumber };
    const args = { product, identifier: format.identifier, package: file, setting };
    // What lies in the bucket is shipped as it is: no other identity's bytes are submitted for it, and a preview without keys
    // cannot tell which were.
    const stays = published.has(name);
    const { ticket } = new Notarization(args, { parent: component, ...(stays && { ignoreChanges: [everything] }) });
    const known = await knownValue(ticket);
    const whole = built && known !== undefined ? await stapled(built, known, cache) : undefined;
    notarized.set(name, { ...signed, built: whole });
  }
  return notarized;
}

/** All properties: resources, section "ignoreChanges". */
const everything = "*";

/** The package with its ticket, from the cache where it was stapled before. */
async function stapled(signed: BuiltArtifact, ticket: string, cache: BuildCache): Promise<BuiltArtifact> {
  const recipe = sha256(canonicalJson({ stapled: signed.sha256, ticket }));
  const known = await cache.lookup(recipe);
  if (known !== undefined) return known;
  await requireContent(signed, cache);
  const temporary = await cache.temporaryFile();
  const { size, hex } = await stapleFile(signed, ticket, temporary);
  return cache.store(recipe, temporary, { size, sha256: hex });
}
