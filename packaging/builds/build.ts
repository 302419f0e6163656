import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ArtifactJob, BuiltArtifact } from "../artifact.ts";
import { beside } from "../beside.ts";
import { refuseMistakes } from "../errors.ts";
import { recipeOf } from "../formats/formats.ts";
import { lockedNode } from "../locked-node.ts";
import type { SharedCache } from "../shared-cache/shared-cache.ts";
import type { BuildProcess } from "./build-process.ts";
import { artifactIn } from "./build-server.ts";
import { BuildCache } from "./cache.ts";
import { costOf } from "./job-cost.ts";
import { notedDigests } from "./noted-digests.ts";
import { type Budget, machineBudget, runWithinBudget } from "./scheduler.ts";

/** What happens to one artifact. `done` and `total` are bytes of the tree, `seconds` those since its build began. */
export type BuildEvent =
  | { readonly kind: "progress"; readonly done: number; readonly total: number; readonly seconds: number }
  | { readonly kind: "cached"; readonly size: number; readonly sha256: string }
  | { readonly kind: "fetched"; readonly size: number; readonly sha256: string }
  | { readonly kind: "built"; readonly size: number; readonly sha256: string; readonly seconds: number };

export interface BuildOptions {
  readonly cacheFolder: string;
  /** Asked for what this machine's cache does not have, and given what is built. */
  readonly shared?: SharedCache | undefined;
  /** Hears of each artifact by its file name: progress at most four times a second, then one of the others. */
  readonly progress?: (name: string, event: BuildEvent) => void;
  /** Hears one sentence for each damaged cache entry; it is built again. */
  readonly warn?: (sentence: string) => void;
  /** What all builds together may use; by default this machine's cores and half of its free memory. */
  readonly budget?: Budget;
  /** The build process's main module; tests give another. */
  readonly worker?: string;
}

/** An artifact in the cache, and how it came there. */
export interface CachedArtifact extends BuiltArtifact {
  readonly recipe: string;
  /** True where no byte of it was built in this call. */
  readonly cached: boolean;
}

/**
 * Builds artifacts side by side, each in a process of the locked Node; those that the cache has, or the shared one, are not
 * built again. Returns them by file name, in the order of `jobs`.
 * @throws SlipwayError with every mistake of the builds that were under way; what was finished stays in the cache.
 */
export async function buildArtifacts(
  jobs: readonly ArtifactJob[],
  options: BuildOptions,
): Promise<ReadonlyMap<string, CachedArtifact>> {
  refuseEqualNames(jobs);
  const cache = new BuildCache(options.cacheFolder, options.warn ?? (() => undefined));
  await cache.sweep();
  const found = new Map<string, CachedArtifact>();
  for (const job of jobs) {
    const recipe = recipeOf(job);
    const object = await cache.lookup(recipe);
    if (object === undefined) continue;
    found.set(job.name, { ...object, recipe, cached: true });
    options.progress?.(job.name, { kind: "cached", size: object.size, sha256: object.sha256 });
  }
  await cache.saveDigests();
  const isMissing = (job: ArtifactJob) => !found.has(job.name);
  for (const [name, artifact] of await fetchMissing(jobs.filter(isMissing), options)) found.set(name, artifact);
  const missing = jobs.filter(isMissing);
  try {
    const built = await buildMissing(missing, cache, options);
    missing.forEach((job, at) => void found.set(job.name, built[at] as CachedArtifact));
  } finally {
    // Also after a failure: what was finished need not be built anywhere again.
    await options.shared?.upload();
  }
  return new Map(jobs.map((job) => [job.name, found.get(job.name) as CachedArtifact]));
}

/** What others have built, now in this machine's cache. */
async function fetchMissing(
  jobs: readonly ArtifactJob[],
  { shared, progress }: BuildOptions,
): Promise<ReadonlyMap<string, CachedArtifact>> {
  const fetched = new Map<string, CachedArtifact>();
  if (jobs.length === 0) return fetched;
  await shared?.fetch(jobs, (job, object) => {
    fetched.set(job.name, { ...object, recipe: recipeOf(job), cached: true });
    progress?.(job.name, { kind: "fetched", size: object.size, sha256: object.sha256 });
  });
  return fetched;
}

async function buildMissing(
  jobs: readonly ArtifactJob[],
  cache: BuildCache,
  options: BuildOptions,
): Promise<readonly CachedArtifact[]> {
  if (jobs.length === 0) return [];
  // What starts processes is loaded when one is started: an update without a change starts sooner.
  const { BuildProcess } = await import("./build-process.ts");
  const node = lockedNode().file;
  const worker = options.worker ?? fileURLToPath(beside(import.meta.url, "./worker"));
  // A process is started where no other is idle, and used again: starting Node costs as much as a small artifact.
  const idle: BuildProcess[] = [];
  const run = async (job: ArtifactJob): Promise<CachedArtifact> => {
    const folder = await cache.temporaryFolder();
    const child = idle.pop() ?? new BuildProcess(node, worker);
    const artifact = await buildOne(job, child, folder, cache, options);
    idle.push(child);
    return artifact;
  };
  try {
    const tasks = jobs.map((job) => ({ ...costOf(job), run: () => run(job) }));
    return await runWithinBudget(tasks, options.budget ?? machineBudget());
  } finally {
    await Promise.all(idle.map((child) => child.kill()));
  }
}

/** Builds in the temporary `folder`, which is gone afterwards; after a failure, so is the process. */
async function buildOne(
  job: ArtifactJob,
  child: BuildProcess,
  folder: string,
  cache: BuildCache,
  options: BuildOptions,
): Promise<CachedArtifact> {
  const recipe = recipeOf(job);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  try {
    const written = await child.build(job, folder, (done, total) => {
      options.progress?.(job.name, { kind: "progress", done, total, seconds: seconds() });
    });
    const object = await cache.store(recipe, artifactIn(folder), written);
    await options.shared?.offer({ recipe, name: job.name });
    options.progress?.(job.name, { kind: "built", size: object.size, sha256: object.sha256, seconds: seconds() });
    return { ...object, recipe, cached: false };
  } catch (error) {
    await child.kill();
    // The writer may have met other bytes than were noted: the next run looks at every byte, and mends what is damaged.
    await notedDigests(options.cacheFolder).forget();
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function refuseEqualNames(jobs: readonly ArtifactJob[]): void {
  const names = jobs.map((job) => job.name);
  const repeated = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  refuseMistakes(
    [...repeated].map((name) => ({ code: "SLW-BUILD", message: `Two artifacts of one release are named ${name}.` })),
  );
}
