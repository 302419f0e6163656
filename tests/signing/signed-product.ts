import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signedSlice } from "../../packaging/formats/macos/__fixtures__/code-signature.ts";
import { arm, intel } from "../../packaging/formats/macos/__fixtures__/mach-o.ts";
import { unsignedProgram } from "../../packaging/formats/windows/program/__fixtures__/program.ts";
import { writeProduct } from "../engine/product.ts";

/** Writes a product for all three systems, whose installers embed signatures. `level` is a line of its configuration. */
export async function writeSignedProduct(folder: string, id: string, version: string, level: number): Promise<void> {
  const directory = (path: string) => ({ source: "directory", path: `dist/${path}` });
  const targets = {
    "linux-x86_64": {
      payload: directory("linux-x86_64"),
      binaries: [{ name: id, from: id }],
      static: true,
      installers: [{ format: "deb" }],
    },
    "macos-universal": {
      payload: { source: "slices", x86_64: directory("macos-x86_64"), arm64: directory("macos-arm64") },
      binaries: [{ name: id, from: id }],
      static: true,
      installers: [{ format: "tar.gz" }, { format: "pkg", identifier: `example.slipway.${id}` }],
    },
    "windows-x86_64": {
      payload: directory("windows-x86_64"),
      binaries: [{ name: id, from: `${id}.exe` }],
      static: true,
      installers: [{ format: "zip" }, { format: "msi" }],
    },
  };
  await writeProduct(folder, {
    id,
    version,
    targets: ["linux-x86_64"],
    configuration: `# Settings of ${id}\nlevel = ${level}\n`,
    manifest: { targets },
  });
  const dist = join(folder, "products", id, "dist");
  const programs: readonly (readonly [folder: string, name: string, bytes: Uint8Array])[] = [
    ["macos-x86_64", id, signedSlice(intel)],
    ["macos-arm64", id, signedSlice(arm)],
    ["windows-x86_64", `${id}.exe`, unsignedProgram()],
  ];
  for (const [target, name, bytes] of programs) {
    await mkdir(join(dist, target), { recursive: true });
    await writeFile(join(dist, target, name), bytes, { mode: 0o755 });
  }
}
