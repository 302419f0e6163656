import type { ArtifactJob, BuiltArtifact } from "../artifact.ts";
import type { BuildCache } from "../builds/cache.ts";
import type { Tree } from "../staging/tree.ts";
import { type OperatingSystem, targets } from "../targets.ts";
import type { Identities } from "./identities.ts";
import { signedFile } from "./signed-file.ts";
import { signedTree } from "./signed-tree.ts";

/** The form of an artifact that users get: with what is embedded in it signed. What waits for a key is undefined. */
export interface ShippedArtifact {
  /** The job with the tree that is inside: its programs may be signed. */
  readonly job: ArtifactJob | undefined;
  readonly built: BuiltArtifact | undefined;
}

export interface Shipping {
  readonly identities: Identities;
  readonly cache: BuildCache;
  /** Builds artifacts whose tree is another once it is signed. */
  readonly build: (jobs: readonly ArtifactJob[]) => Promise<ReadonlyMap<string, BuiltArtifact>>;
}

/**
 * Signs what artifacts embed signatures of: the programs of a Windows or macOS target, an .msi, a .pkg. Returns those whose
 * shipped bytes differ from their content, by file name.
 */
export async function shipArtifacts(
  jobs: readonly ArtifactJob[],
  built: ReadonlyMap<string, BuiltArtifact>,
  { identities, cache, build }: Shipping,
): Promise<ReadonlyMap<string, ShippedArtifact>> {
  const trees = new Map<string, ArtifactJob | undefined>();
  for (const job of jobs) {
    const tree = await shippedTree(job, identities, cache);
    if (tree !== job.tree) trees.set(job.name, tree && { ...job, tree });
  }
  const again = [...trees.values()].filter((job) => job !== undefined);
  const rebuilt: ReadonlyMap<string, BuiltArtifact> = again.length === 0 ? new Map() : await build(again);
  const shipped = new Map<string, ShippedArtifact>();
  for (const job of jobs) {
    const inside = trees.has(job.name) ? trees.get(job.name) : job;
    const plain = inside && requireBuilt(job.name, inside === job ? built : rebuilt);
    const whole = inside && plain && (await signedWhole(inside, plain, identities, cache));
    if (whole !== built.get(job.name)) shipped.set(job.name, { job: inside, built: whole });
  }
  return shipped;
}

/** What is inside the shipped form; undefined where that waits for a key. */
async function shippedTree(job: ArtifactJob, identities: Identities, cache: BuildCache): Promise<Tree | undefined> {
  const system: OperatingSystem | undefined = job.target === "any" ? undefined : targets[job.target].os;
  const { authenticode, "apple-application": application } = identities;
  if (system === "windows" && authenticode !== undefined) {
    const { signedWindowsProgram } = await import("./signed-windows-program.ts");
    return signedTree(job.tree, job, authenticode, cache, signedWindowsProgram);
  }
  if (system === "macos" && application !== undefined) {
    const { signedMacProgram } = await import("./signed-mac-program.ts");
    return signedTree(job.tree, job, application, cache, signedMacProgram);
  }
  return job.tree;
}

/** The artifact with its own signature, where its format has one and the stack an identity; undefined where it waits. */
async function signedWhole(
  { format, epoch }: ArtifactJob,
  built: BuiltArtifact,
  identities: Identities,
  cache: BuildCache,
): Promise<BuiltArtifact | undefined> {
  if (format.kind !== "pkg" && format.kind !== "msi") return built;
  const identity = identities[format.kind === "pkg" ? "apple-installer" : "authenticode"];
  if (identity === undefined) return built;
  return signedFile({ kind: format.kind, content: built, epoch, description: format.title }, identity, cache);
}

function requireBuilt(name: string, built: ReadonlyMap<string, BuiltArtifact>): BuiltArtifact {
  const found = built.get(name);
  if (found === undefined) throw new Error(`${name} was planned and not built`);
  return found;
}
