import { existsSync } from "node:fs";
import path from "node:path";
import { type Mistake, refusal, refuseMistakes, SlipwayError } from "../errors.ts";
import { readManifest } from "../manifest/parse.ts";
import { withSourcePlaces } from "../manifest/place-sources.ts";
import type { Product } from "../manifest/product.ts";
import type { Places } from "../places.ts";
import type { FolderNaming } from "../record/folder.ts";
import { requestedVersion, type Settings } from "../settings.ts";
import { machOSigner } from "../signing/rcodesign.ts";
import { allOrMistakes } from "./all-or-mistakes.ts";
import { planBuild } from "./build-plan.ts";
import { planPublished } from "./published-plan.ts";
import type { ReleasePlan } from "./release-plan.ts";

interface Described {
  readonly product: Product;
  readonly manifest: string;
  /** The manifest as slipway:manifests lists it: how messages call it. */
  readonly name: string;
}

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
  refuseDoubled(described, settings.manifests);
  const byName = typeof settings.version === "object" ? Object.keys(settings.version) : [];
  const published = byName.filter((id) => !ids.includes(id)).sort();
  const { stage, keys } = settings;
  const unsigned = { stage, machOSigner: await machOSigner(keys.application !== undefined) };
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

async function readManifests(settings: Settings, projectRoot: string): Promise<readonly Described[]> {
  const mistakes: Mistake[] = [];
  const described: Described[] = [];
  for (const [at, name] of settings.manifests.entries()) {
    const manifest = path.resolve(projectRoot, name);
    if (!existsSync(manifest)) {
      if (typeof settings.version !== "object") mistakes.push(missingManifest(name, at));
      continue;
    }
    try {
      described.push({ product: await readManifest(manifest, name), manifest, name });
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      mistakes.push(...error.mistakes);
    }
  }
  refuseMistakes(mistakes);
  return described;
}

function missingManifest(name: string, at: number): Mistake {
  return {
    code: "SLW-MANIFEST",
    message: `${name} does not exist, and slipway:manifests lists it`,
    setting: ["manifests", at],
    hint: "Correct slipway:manifests; or, to work from the bucket alone, set slipway:version as a map: { product: version }.",
  };
}

function refuseDoubled(described: readonly Described[], manifests: readonly string[]): void {
  const ids = described.map(({ product }) => product.id);
  const doubled = described.find(({ product }, at) => ids.indexOf(product.id) < at);
  if (doubled === undefined) return;
  throw refusal("SLW-MANIFEST", `two manifests of slipway:manifests describe the product ${doubled.product.id}`, {
    setting: ["manifests", manifests.indexOf(doubled.name)],
    hint: "Give each product an id of its own.",
  });
}
