import { existsSync } from "node:fs";
import path from "node:path";
import { type Mistake, refusal, refuseMistakes, SlipwayError } from "../errors.ts";
import { readManifest } from "../manifest/parse.ts";
import type { Product } from "../manifest/product.ts";
import type { Settings } from "../settings.ts";

/** A product, and where it is described. */
export interface Described {
  readonly product: Product;
  readonly manifest: string;
  /** The manifest as slipway:manifests lists it: how messages call it. */
  readonly name: string;
}

/**
 * The products of a stack's manifests, all mistakes of all of them at once. One whose manifest is gone can still be asked for by
 * name. Refuses (SLW-MANIFEST) two manifests of one product.
 */
export async function readManifests(
  settings: Pick<Settings, "manifests" | "version">,
  projectRoot: string,
): Promise<readonly Described[]> {
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
  refuseDoubled(described, settings.manifests);
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
