import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ArtifactJob } from "../../packaging/artifact.ts";
import { planArtifacts } from "../../packaging/formats/plan.ts";
import { readManifest } from "../../packaging/manifest/parse.ts";
import type { Installer } from "../../packaging/manifest/product.ts";
import { portableExecutable } from "../../packaging/payload/__fixtures__/programs.ts";
import { stageTarget } from "../../packaging/staging/stage.ts";
import { readTexts } from "../../packaging/staging/texts.ts";
import { tinyElf } from "../fixtures/tiny-elf.ts";

const projectRoot = fileURLToPath(new URL("../../", import.meta.url));
const manifestFolder = join(projectRoot, "packaging", "runtime");

/** Programs of a few hundred bytes. */
const programs = {
  "linux-x86_64": (version: string) => tinyElf("x86_64", `${version}\n`),
  "windows-x86_64": () => portableExecutable(),
} as const;

/**
 * The artifacts of the repository's own product, with a tiny program in the place of its payload; those of its manifest where
 * no installers are named.
 */
export async function runtimeJobs(
  folder: string,
  installers?: readonly Installer[],
  targetName: keyof typeof programs = "linux-x86_64",
): Promise<readonly ArtifactJob[]> {
  const product = await readManifest(join(manifestFolder, "manifest.yaml"), "packaging/runtime/manifest.yaml");
  const found = product.targets.find(({ name }) => name === targetName);
  if (found === undefined) throw new Error(`the manifest has no target ${targetName}`);
  const target = { ...found, installers: installers ?? found.installers };
  const payload = { files: new Map() };
  for (const { from } of target.binaries)
    payload.files.set(from, await written(folder, from, programs[targetName](product.version)));
  const folders = { manifestFolder, projectRoot };
  const texts = await readTexts(product, folders);
  const tree = await stageTarget({ product, target, payload, stage: "dev", ...folders });
  return planArtifacts(product, target, tree, texts);
}

async function written(folder: string, from: string, bytes: Uint8Array) {
  const file = join(folder, "payload", from);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, bytes);
  return { file, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
