import { withSourcePlaces } from "../manifest/place-sources.ts";
import type { Places } from "../places.ts";
import type { FolderNaming } from "../record/folder.ts";
import { requestedVersion, type Settings } from "../settings.ts";
import { machOSigner } from "../signing/rcodesign.ts";
import type { UnsignedPrograms } from "../staging/stage.ts";
import { allOrMistakes } from "./all-or-mistakes.ts";
import { planBuild } from "./build-plan.ts";
import { planPublished } from "./published-plan.ts";
import { readManifests } from "./read-manifests.ts";
import type { ReleasePlan } from "./release-plan.ts";

/**
 * Plans every product of a stack: built where the stack asks for the manifest's own version (or for none), taken from
 * the bucket where it asks for another. A product whose manifest is gone can still be asked for by name. All mistakes of
 * all manifests at once.
 */
export async function planProducts(
  settings: Settings,
  channel: string,
  folderOf: FolderNaming,
  at: Places,
): Promise<readonly ReleasePlan[]> {
  const described = await readManifests(settings, at.projectRoot);
  const ids = described.map(({ product }) => product.id);
  const byName = typeof settings.version === "object" ? Object.keys(settings.version) : [];
  const published = byName.filter((id) => !ids.includes(id)).sort();
  const unsigned = await unsignedPrograms(settings);
  return allOrMistakes([
    ...described.map(({ product, manifest, name }) => {
      const wanted = requestedVersion(settings, product.id) ?? product.version;
      if (wanted === product.version)
        return withSourcePlaces(manifest, name, planBuild(product, manifest, folderOf, unsigned, at));
      return planPublished(at, product.id, channel, wanted);
    }),
    ...published.map((id) => planPublished(at, id, channel, requestedVersion(settings, id) ?? "")),
  ]);
}

/** What is said of programs that nobody has signed, and who would sign them. */
export async function unsignedPrograms({ stage, keys }: Settings): Promise<UnsignedPrograms> {
  return { stage, machOSigner: await machOSigner(keys.application !== undefined) };
}
