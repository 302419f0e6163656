import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ArtifactJob } from "../../packaging/artifact.ts";
import { planArtifacts } from "../../packaging/formats/plan.ts";
import { readManifest } from "../../packaging/manifest/parse.ts";
import type { Installer } from "../../packaging/manifest/product.ts";
import { stageTarget } from "../../packaging/staging/stage.ts";
import { readTexts } from "../../packaging/staging/texts.ts";
import { tinyElf } from "../fixtures/tiny-elf.ts";

const projectRoot = fileURLToPath(new URL("../../", import.meta.url));
const manifestFolder = join(projectRoot, "packaging", "runtime");

/** The artifacts of the repository's own product, with a tiny program in the place of its payload. */
export async function runtimeJobs(folder: string, installers: readonly Installer[]): Promise<readonly ArtifactJob[]> {
  const product = await readManifest(join(manifestFolder, "manifest.yaml"), "packaging/runtime/manifest.yaml");
  const found = product.targets.find(({ name }) => name === "linux-x86_64");
  if (found === undefined) throw new Error("the manifest has no target linux-x86_64");
  const target = { ...found, installers };
  const payload = { files: new Map() };
  for (const { from } of target.binaries) payload.files.set(from, await program(folder, from, product.version));
  const folders = { manifestFolder, projectRoot };
  const texts = await readTexts(product, folders);
  const tree = await stageTarget({ product, target, payload, stage: "dev", ...folders });
  return planArtifacts(product, target, tree, texts);
}

async function program(folder: string, from: string, version: string) {
  const bytes = tinyElf("x86_64", `${version}\n`);
  const file = join(folder, "payload", from);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, bytes);
  return { file, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
