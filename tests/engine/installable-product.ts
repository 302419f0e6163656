import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fatMachO, macArm, macIntel } from "../../packaging/payload/__fixtures__/programs.ts";
import { writeProduct } from "./product.ts";

const payload = (id: string, target: string) => ({
  payload: { source: "directory", path: `dist/${target}` },
  binaries: [{ name: id, from: id }],
});

/** What a formula is made of, and nothing else. */
export function formulaTargets(id: string): Readonly<Record<string, unknown>> {
  return {
    "linux-x86_64": { ...payload(id, "linux-x86_64"), static: true, installers: [{ format: "tar.gz" }] },
    "macos-universal": { ...payload(id, "macos-universal"), installers: [{ format: "tar.gz" }] },
  };
}

function allTargets(id: string): Readonly<Record<string, unknown>> {
  const pkg = { format: "pkg", identifier: `example.slipway.${id}` };
  return {
    ...formulaTargets(id),
    "macos-universal": { ...payload(id, "macos-universal"), installers: [{ format: "tar.gz" }, pkg] },
    "windows-x86_64": { ...payload(id, "windows-x86_64"), static: true, installers: [{ format: "msi" }] },
  };
}

/** A small product that Homebrew and winget have: a formula of macOS and Linux, a cask, and an `.msi`. */
export async function writeInstallable(
  checkout: string,
  id: string,
  version: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const mac = join(checkout, "products", id, "dist", "macos-universal", id);
  await mkdir(dirname(mac), { recursive: true });
  await writeFile(mac, fatMachO([macIntel, macArm]), { mode: 0o755 });
  await writeProduct(checkout, {
    id,
    version,
    targets: ["linux-x86_64", "windows-x86_64"],
    manifest: {
      targets: allTargets(id),
      homebrew: { desc: "Prints its name and its version", formula: id, cask: `${id}-installer`, service: [id] },
      winget: { identifier: `Example.${id}`, publisher: "Slipway tests", tags: ["example"] },
      ...more,
    },
  });
}
