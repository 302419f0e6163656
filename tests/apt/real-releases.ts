import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256File } from "../../packaging/digest.ts";
import { run } from "../../packaging/process.ts";
import { type IndexedArtifact, stanza } from "../../packaging/repositories/apt/stanza.ts";
import type { OfferedPackage, SuiteRelease } from "../../packaging/repositories/apt/suite.ts";
import type { Store } from "../../packaging/store/store.ts";

/**
 * Releases of `example` made by dpkg-deb, for testing the indices apart from our own writer: one package for each
 * architecture, whose command prints its version, written into the store where a release's files lie.
 */
export async function publishRelease(store: Store, version: string, folder: string): Promise<SuiteRelease> {
  const scratch = await mkdtemp(join(tmpdir(), "slipway-debs-"));
  try {
    const packages: OfferedPackage[] = [];
    for (const architecture of ["amd64", "arm64"]) {
      const { artifact, file } = await buildDeb(scratch, version, architecture);
      const { size, shipped } = artifact;
      await store.create(`releases/example/${folder}/${artifact.name}`, { file, size, sha256: shipped });
      packages.push({ ...stanza(artifact, `releases/example/${folder}`), files: ["usr/bin/example"] });
    }
    return { product: "example", folder, current: false, packages };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function buildDeb(
  scratch: string,
  version: string,
  architecture: string,
): Promise<{ readonly artifact: IndexedArtifact; readonly file: string }> {
  const root = join(scratch, architecture);
  const control = [
    ["Package", "example"],
    ["Version", version],
    ["Architecture", architecture],
    ["Maintainer", "Example <packages@example.org>"],
    ["Installed-Size", "3"],
    ["Section", "utils"],
    ["Priority", "optional"],
    ["Homepage", "https://example.org/"],
    ["Description", "example program\n It prints its version.\n .\n And no more than that."],
  ] as const;
  await mkdir(join(root, "DEBIAN"), { recursive: true });
  await mkdir(join(root, "usr/bin"), { recursive: true });
  await writeFile(join(root, "DEBIAN/control"), control.map(([name, value]) => `${name}: ${value}\n`).join(""));
  await writeFile(join(root, "usr/bin/example"), `#!/bin/sh\necho ${version}\n`);
  for (const folder of ["DEBIAN", "usr", "usr/bin", ""]) await chmod(join(root, folder), 0o755);
  await chmod(join(root, "usr/bin/example"), 0o755);
  const name = `example_${version}_${architecture}.deb`;
  const file = join(scratch, name);
  await run({
    file: "dpkg-deb",
    args: ["--root-owner-group", "--build", root, file],
    environment: { SOURCE_DATE_EPOCH: "1795341600" },
  });
  const { size } = await stat(file);
  const { sha256: shipped } = await sha256File(file);
  return { artifact: { format: "deb", name, size, shipped, control }, file };
}
