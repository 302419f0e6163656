import path from "node:path";
import type { ArtifactJob } from "../artifact.ts";
import type { CachedArtifact } from "../builds/build.ts";
import type { BuildCache } from "../builds/cache.ts";
import { recipeOf } from "../formats/formats.ts";
import { planArtifacts } from "../formats/plan.ts";
import { productCodeOf } from "../formats/windows/installer/product-code.ts";
import type { Product, ProductTarget } from "../manifest/product.ts";
import { fetchPayload } from "../payload/payload.ts";
import type { Places } from "../places.ts";
import { controlOf } from "../record/control.ts";
import { type FolderNaming, releaseFolder } from "../record/folder.ts";
import { inventoryOf } from "../record/inventory.ts";
import { buildRecord, type ReleaseFacts } from "../record/record.ts";
import { homebrewFactsOf } from "../repositories/homebrew/facts.ts";
import { wingetFactsOf } from "../repositories/winget/facts.ts";
import { stageTarget, type UnsignedPrograms } from "../staging/stage.ts";
import { readTexts } from "../staging/texts.ts";
import { allOrMistakes } from "./all-or-mistakes.ts";
import { type BundleView, type Release, type ReleasePlan, roleOf } from "./release-plan.ts";

/** What planning a build works in: it looks at no bucket. */
export type BuildPlaces = Pick<Places, "projectRoot" | "cacheFolder" | "cache" | "progress">;

/** Plans a release from its manifest: fetches payloads, stages trees, and knows every recipe before anything is built. */
export async function planBuild(
  product: Product,
  manifest: string,
  folderOf: FolderNaming,
  unsigned: UnsignedPrograms,
  at: BuildPlaces,
): Promise<ReleasePlan> {
  const manifestFolder = path.dirname(manifest);
  const folders = { manifestFolder, projectRoot: at.projectRoot };
  const texts = await readTexts(product, folders);
  const planned = await allOrMistakes(
    product.targets.map(async (target: ProductTarget) => {
      const context = { manifestFolder, cacheFolder: at.cacheFolder, progress: at.progress };
      const payload = await fetchPayload(target, context);
      const tree = await stageTarget({ product, target, payload, ...unsigned, ...folders });
      return { target: target.name, jobs: planArtifacts(product, target, tree, texts) };
    }),
  );
  const jobs = planned.flatMap((bundle) => bundle.jobs);
  return {
    product: product.id,
    version: product.version,
    bundles: planned.map(({ target, jobs }): BundleView => ({ target, artifacts: jobs.map(viewOf) })),
    ...wingetPackageOf(product),
    fingerprint: Object.fromEntries(jobs.map((job) => [job.name, recipeOf(job)])),
    jobs,
    finish: (built) => finish(toldBy(product, jobs), jobs, built, folderOf, at.cache),
  };
}

/** What is known of a product's package of winget before any record is. */
export function wingetPackageOf({ winget, maintainer }: Product): Pick<ReleasePlan, "winget"> {
  return winget === undefined ? {} : { winget: { identifier: winget.identifier, author: maintainer } };
}

/** Computes the record, and keeps its text and the inventories in the cache, where the providers find them by digest. */
export async function finish(
  product: Pick<
    Product,
    | "id"
    | "version"
    | "epoch"
    | "summary"
    | "description"
    | "homepage"
    | "maintainer"
    | "licence"
    | "features"
    | "services"
    | "budget"
  > &
    Pick<ReleaseFacts, "homebrew" | "winget">,
  jobs: readonly ArtifactJob[],
  built: ReadonlyMap<string, CachedArtifact>,
  folderOf: FolderNaming,
  cache: BuildCache,
): Promise<Release> {
  const artifacts = await Promise.all(
    jobs.map(async (job) => {
      const artifact = built.get(job.name);
      if (artifact === undefined) throw new Error(`${job.name} was planned and not built`);
      const code = product.winget !== undefined && job.format.kind === "msi";
      const productCode = code ? { productCode: await productCodeOf(artifact.file) } : {};
      return { job, built: artifact, recipe: artifact.recipe, ...controlOf(job), ...productCode };
    }),
  );
  const { record, text, sha256, inventories } = buildRecord(
    {
      ...product,
      product: product.id,
      licence: product.licence.spdx,
      services: product.services.map(({ name }) => name),
    },
    artifacts,
  );
  for (const bytes of [text, ...inventories.values()]) await cache.putBytes(Buffer.from(bytes));
  const folder = folderOf(product.version, sha256);
  const recordObject = {
    path: `${releaseFolder(product.id, folder)}/release.json`,
    size: Buffer.byteLength(text),
    sha256,
  };
  return { product: product.id, version: product.version, folder, record, recordObject };
}

/** What the record tells of a product, with what repositories beside apt need of it. */
function toldBy(product: Product, jobs: readonly ArtifactJob[]): Parameters<typeof finish>[0] {
  const { homebrew: _section, winget: _other, ...told } = product;
  const homebrew = homebrewFactsOf(product, jobs);
  const winget = wingetFactsOf(product);
  return { ...told, ...(homebrew !== undefined && { homebrew }), ...(winget !== undefined && { winget }) };
}

export function viewOf(job: ArtifactJob): BundleView["artifacts"][number] {
  const control = controlOf(job).control ?? [];
  return { role: roleOf(job.format.kind, control), inventory: inventoryOf(job), control };
}
