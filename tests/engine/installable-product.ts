import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signedSlice } from "../../packaging/formats/macos/__fixtures__/code-signature.ts";
import { arm, intel } from "../../packaging/formats/macos/__fixtures__/mach-o.ts";
import { writeProduct } from "./product.ts";

const directory = (target: string) => ({ source: "directory", path: `dist/${target}` });
const payload = (id: string, target: string) => ({
  payload: directory(target),
  binaries: [{ name: id, from: id }],
});
/** Slices with a code signature, which every stage takes. */
const macPayload = (id: string) => ({
  payload: { source: "slices", x86_64: directory("macos-x86_64"), arm64: directory("macos-arm64") },
  binaries: [{ name: id, from: id }],
});

/** What a formula is made of, and nothing else. */
export function formulaTargets(id: string): Readonly<Record<string, unknown>> {
  return {
    "linux-x86_64": { ...payload(id, "linux-x86_64"), static: true, installers: [{ format: "tar.gz" }] },
    "macos-universal": { ...macPayload(id), installers: [{ format: "tar.gz" }] },
  };
}

function allTargets(id: string): Readonly<Record<string, unknown>> {
  const pkg = { format: "pkg", identifier: `example.slipway.${id}` };
  return {
    "linux-x86_64": {
      ...payload(id, "linux-x86_64"),
      static: true,
      installers: [{ format: "tar.gz" }, { format: "deb", compression: "xz" }],
    },
    "macos-universal": { ...macPayload(id), installers: [{ format: "tar.gz" }, pkg] },
    "windows-x86_64": { ...payload(id, "windows-x86_64"), static: true, installers: [{ format: "msi" }] },
  };
}

/** A small product that Homebrew and winget have: a `.deb`, a formula of macOS and Linux, a cask, and an `.msi`. */
export async function writeInstallable(
  checkout: string,
  id: string,
  version: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  for (const [target, shape] of [
    ["macos-x86_64", intel],
    ["macos-arm64", arm],
  ] as const) {
    const folder = join(checkout, "products", id, "dist", target);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, id), signedSlice(shape), { mode: 0o755 });
  }
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
