import type { ArtifactJob, BuiltArtifact } from "../artifact.ts";
import type { BuildCache } from "../builds/cache.ts";
import { type OperatingSystem, targets } from "../targets.ts";
import type { Identities } from "./identities.ts";
import { signedFile } from "./signed-file.ts";
import { type SignedTree, signedTree } from "./signed-tree.ts";
import type { Timestamps } from "./timestamps.ts";

/** The form of an artifact that users get: with what is embedded in it signed. What waits for a key is undefined. */
export interface ShippedArtifact {
  /** The job with the tree that is inside: its programs may be signed. */
  readonly job: ArtifactJob | undefined;
  readonly built: BuiltArtifact | undefined;
  /** What of it waits for a timestamp: paths of programs inside, or else its own name. */
  readonly waiting: readonly string[];
}

export interface Shipping {
  readonly identities: Identities;
  readonly cache: BuildCache;
  /** Unset: signatures have none. */
  readonly timestamps?: Timestamps | undefined;
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
  shipping: Shipping,
): Promise<ReadonlyMap<string, ShippedArtifact>> {
  const trees = new Map<string, SignedTree | undefined>();
  const again: ArtifactJob[] = [];
  for (const job of jobs) {
    const signed = await shippedTree(job, shipping);
    if (signed?.tree === job.tree) continue;
    trees.set(job.name, signed);
    if (signed !== undefined) again.push({ ...job, tree: signed.tree });
  }
  const rebuilt: ReadonlyMap<string, BuiltArtifact> = again.length === 0 ? new Map() : await shipping.build(again);
  const insides = new Map(again.map((job) => [job.name, job]));
  const shipped = new Map<string, ShippedArtifact>();
  for (const job of jobs) {
    const inside = trees.has(job.name) ? insides.get(job.name) : job;
    const plain = inside && requireBuilt(job.name, inside === job ? built : rebuilt);
    const { waiting = [] } = trees.get(job.name) ?? {};
    const whole = inside && plain && (await signedWhole(inside, plain, waiting, shipping));
    if (whole?.built === built.get(job.name)) continue;
    shipped.set(job.name, { job: inside, built: whole?.built, waiting: whole?.waiting ?? waiting });
  }
  return shipped;
}

/** What is inside the shipped form; undefined where that waits for a key. */
async function shippedTree(
  job: ArtifactJob,
  { identities, cache, timestamps }: Shipping,
): Promise<SignedTree | undefined> {
  const system: OperatingSystem | undefined = job.target === "any" ? undefined : targets[job.target].os;
  const { authenticode, "apple-application": application } = identities;
  if (system === "windows" && authenticode !== undefined) {
    const { signedWindowsProgram } = await import("./signed-windows-program.ts");
    return signedTree(job.tree, job, { identity: authenticode, cache, timestamps }, signedWindowsProgram);
  }
  if (system === "macos" && application !== undefined) {
    const { signedMacProgram } = await import("./signed-mac-program.ts");
    return signedTree(job.tree, job, { identity: application, cache }, signedMacProgram);
  }
  return { tree: job.tree, waiting: [] };
}

/** The artifact with its own signature, where its format has one and the stack an identity; undefined where it waits. */
async function signedWhole(
  { name, format, epoch }: ArtifactJob,
  built: BuiltArtifact,
  waiting: readonly string[],
  { identities, cache, timestamps }: Shipping,
): Promise<(Pick<ShippedArtifact, "waiting"> & { readonly built: BuiltArtifact }) | undefined> {
  const plain = { built, waiting };
  if (format.kind !== "pkg" && format.kind !== "msi") return plain;
  const identity = identities[format.kind === "pkg" ? "apple-installer" : "authenticode"];
  if (identity === undefined) return plain;
  const signable = { kind: format.kind, content: built, epoch, description: format.title };
  // A timestamp inside changes what is signed here: before it is there, nobody is to ask for one of this signature.
  const signed = await signedFile(signable, identity, cache, waiting.length === 0 ? timestamps : undefined);
  return signed && { built: signed.built, waiting: signed.waits ? [name] : waiting };
}

function requireBuilt(name: string, built: ReadonlyMap<string, BuiltArtifact>): BuiltArtifact {
  const found = built.get(name);
  if (found === undefined) throw new Error(`${name} was planned and not built`);
  return found;
}
