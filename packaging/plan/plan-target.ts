import { refusal } from "../errors.ts";
import { withSourcePlaces } from "../manifest/place-sources.ts";
import type { ProductTarget } from "../manifest/product.ts";
import { publishedFolder } from "../record/folder.ts";
import { requestedVersion, type Settings } from "../settings.ts";
import type { TargetName } from "../targets.ts";
import { allOrMistakes } from "./all-or-mistakes.ts";
import { type BuildPlaces, planBuild } from "./build-plan.ts";
import { unsignedPrograms } from "./plan-products.ts";
import { readManifests } from "./read-manifests.ts";
import type { ReleasePlan } from "./release-plan.ts";

/**
 * Plans what a stack would build for one target, or for all where it is undefined, product by product: the jobs have the recipes that the stack's own plan has.
 * A product whose version the stack takes from the bucket has nothing to build. Refuses (SLW-COMMAND) a target that no
 * manifest has.
 */
export async function planTarget(
  settings: Settings,
  target: TargetName | undefined,
  at: BuildPlaces,
): Promise<readonly ReleasePlan[]> {
  const described = await readManifests(settings, at.projectRoot);
  const isWanted = ({ name }: ProductTarget) => target === undefined || name === target;
  const withTarget = described.filter(({ product }) => product.targets.some(isWanted));
  if (withTarget.length === 0) {
    const known = [...new Set(described.flatMap(({ product }) => product.targets.map(({ name }) => name)))];
    throw refusal("SLW-COMMAND", `No manifest of the stack has the target ${target}.`, {
      hint: `They have ${known.join(", ")}.`,
    });
  }
  const built = withTarget.filter(
    ({ product: { id, version } }) => (requestedVersion(settings, id) ?? version) === version,
  );
  const unsigned = await unsignedPrograms(settings);
  return allOrMistakes(
    built.map(({ product, manifest, name }) => {
      const only = { ...product, targets: product.targets.filter(isWanted) };
      return withSourcePlaces(manifest, name, planBuild(only, manifest, publishedFolder, unsigned, at));
    }),
  );
}
