import path from "node:path";
import { type BuildEvent, buildArtifacts, type CachedArtifact } from "../../builds/build.ts";
import { byBytes } from "../../byte-order.ts";
import { sha256File } from "../../digest.ts";
import { refusal } from "../../errors.ts";
import { sourceCommit, toolchain } from "../../lifecycle/first-writer.ts";
import { packagedMetadataText } from "../../packaged/metadata.ts";
import { type DigestedFile, digestedFiles, type PackagedFile, writeFolder } from "../../packaged/write-folder.ts";
import { localPlaces } from "../../places.ts";
import { planTarget } from "../../plan/plan-target.ts";
import { type Described, readManifests } from "../../plan/read-manifests.ts";
import type { Release } from "../../plan/release-plan.ts";
import { manifestJsonText, sumsText } from "../../record/sums.ts";
import type { Settings } from "../../settings.ts";
import { openSharedCache } from "../../shared-cache/open-shared-cache.ts";
import { buildText } from "../build-text.ts";
import { callersPath } from "../callers-path.ts";
import type { Command } from "../command.ts";
import { fromProject, readStackSettings } from "../stack-settings.ts";

/** Where the pages are that say what is held to. */
const securityPages = "docs/security";

export const packageCommand: Command = {
  summary: "all artifacts of one product in a folder, with sums and what they were made from",
  help: `slipway package --out DIR [--stack dev] [--manifest PATH] [--goldens DIR]

Builds every target of one product, or takes it from the caches, and writes a folder: the artifacts unsigned, as their
content is; SHA256SUMS and manifest.json of them; metadata.json with the commit, feature flags, versions of the toolchain,
digests, and the pages of the security checklist. It says the same of the same commit on every machine.

  --out DIR         the folder; it is replaced as a whole where it was written by this before
  --stack NAME      whose settings count, by its file stacks/Pulumi.NAME.yaml; dev where left out
  --manifest PATH   the product, where the stack has several
  --goldens DIR     golden files, which go into the folder goldens

Exit code: 0 written; 1 refused or failed, and nothing is written.
`,
  options: {
    out: { type: "string" },
    stack: { type: "string", default: "dev" },
    manifest: { type: "string" },
    goldens: { type: "string" },
  },
  arguments: [],
  run: async ({ option }) => {
    const out = option("out");
    if (out === undefined) throw refusal("SLW-COMMAND", "slipway package needs --out DIR.");
    const manifest = option("manifest");
    const settings = await readStackSettings(option("stack") ?? "dev", {
      manifests: manifest === undefined ? undefined : [fromProject(manifest)],
    });
    const made = await builtRelease(settings);
    const goldens = option("goldens");
    const files = await filesOf(made, goldens === undefined ? [] : await digestedFiles(callersPath(goldens)));
    await writeFolder(callersPath(out), files);
    const { release } = made;
    process.stdout.write(`${out} has ${release.product} ${release.version}: ${files.length} files.\n`);
    return 0;
  },
};

interface BuiltRelease {
  readonly described: Described;
  readonly release: Release;
  readonly built: ReadonlyMap<string, CachedArtifact>;
}

/** The stack's one product, every target of it. */
async function builtRelease(settings: Settings): Promise<BuiltRelease> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const at = { ...localPlaces(say), progress: say };
  const [one, ...more] = await readManifests(settings, at.projectRoot);
  if (one === undefined || more.length > 0) {
    const hint = { hint: "Name one with --manifest PATH." };
    throw refusal("SLW-COMMAND", "slipway package takes one product, and the stack has several.", hint);
  }
  const [plan] = await planTarget(settings, undefined, at);
  if (plan === undefined) {
    throw refusal("SLW-COMMAND", `The stack takes ${one.product.id} from the bucket: there is nothing to package.`);
  }
  const shared = settings.cache && openSharedCache(settings.cache, at, say);
  const progress = (name: string, event: BuildEvent) => {
    if (event.kind !== "progress") say(`${name}  ${buildText(event)}`);
  };
  const built = await buildArtifacts(plan.jobs, { cacheFolder: at.cacheFolder, shared, progress, warn: say });
  return { described: one, release: await plan.finish(built), built };
}

async function filesOf(
  { described, release: { record }, built }: BuiltRelease,
  goldens: readonly DigestedFile[],
): Promise<readonly PackagedFile[]> {
  const { product, manifest } = described;
  const checklist = await digestedFiles(securityPages);
  const fixtures = product.files.filter(({ kind }) => kind === "fixture").map(({ from }) => from);
  const artifacts = record.artifacts.map(({ name, target, format, size, content }) => {
    const { file, recipe } = requireBuilt(name, built);
    return { file, said: { name, target, format, size, sha256: content, recipe } };
  });
  const metadata = packagedMetadataText({
    product: record.product,
    version: record.version,
    source: (await sourceCommit()) ?? null,
    features: record.features,
    securityChecklist: checklist.map(({ path: name, sha256 }) => ({ path: `${securityPages}/${name}`, sha256 })),
    toolchain: { ...(await toolchain()), lockfile: (await sha256File("package-lock.json")).sha256 },
    artifacts: artifacts.map(({ said }) => said),
    fixtures: await Promise.all(
      fixtures.toSorted(byBytes).map(async (from) => {
        const { sha256 } = await sha256File(path.resolve(path.dirname(manifest), from));
        return { path: from, sha256 };
      }),
    ),
    goldens: goldens.map(({ path: name, sha256 }) => ({ path: name, sha256 })),
  });
  return [
    ...artifacts.map(({ file, said: { name, sha256 } }) => ({ path: name, from: { file, sha256 } })),
    { path: "SHA256SUMS", from: { text: sumsText(record) } },
    { path: "manifest.json", from: { text: manifestJsonText(record) } },
    { path: "metadata.json", from: { text: metadata } },
    ...goldens.map(({ path: name, file, sha256 }) => ({ path: `goldens/${name}`, from: { file, sha256 } })),
  ];
}

function requireBuilt(name: string, built: BuiltRelease["built"]): CachedArtifact {
  const found = built.get(name);
  if (found === undefined) throw new Error(`${name} was planned and not built`);
  return found;
}
