import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { unsignedProgram } from "../../packaging/formats/windows/program/__fixtures__/program.ts";
import { tinyElf } from "../fixtures/tiny-elf.ts";

/** The targets that a small product has. */
export type SmallTarget = "linux-x86_64" | "linux-aarch64" | "windows-x86_64";

export interface SmallProduct {
  /** Also the name of its command, service and configuration file. */
  readonly id: string;
  readonly version: string;
  /** Both Linux targets where left out. */
  readonly targets?: readonly SmallTarget[];
  /** What each target is made into; `.tar.zst` and `.deb` where left out. */
  readonly installers?: readonly Readonly<Record<string, string | boolean>>[];
  /** Text of `etc/<id>/<id>.conf`. */
  readonly configuration?: string;
  /** What its command prints; `<id> <version>` where left out. */
  readonly prints?: string;
  /** More of the manifest's top-level keys, or others in their place. */
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/** A program that prints a text; that for Windows is a header alone, for nothing runs it. */
const programs: Readonly<Record<SmallTarget, (prints: string) => Uint8Array>> = {
  "linux-x86_64": (prints) => tinyElf("x86_64", prints),
  "linux-aarch64": (prints) => tinyElf("aarch64", prints),
  "windows-x86_64": () => unsignedProgram(),
};

/** Where a product's manifest lies in a checkout, for `slipway:manifests`. */
export function manifestOf(id: string): string {
  return `products/${id}/manifest.yaml`;
}

/**
 * Writes a product of a few kilobytes into a checkout, or changes it to another version: a real static program for each
 * target from a directory payload, one configuration file, one service with a user of its own.
 */
export async function writeProduct(checkoutFolder: string, product: SmallProduct): Promise<void> {
  const { id, version, prints = `${id} ${version}\n` } = product;
  const folder = join(checkoutFolder, "products", id);
  const files: Readonly<Record<string, string | Uint8Array>> = {
    // Written out: a manifest has no aliases.
    "manifest.yaml": stringify(manifestFor(product), { aliasDuplicateObjects: false }),
    "LICENCE.txt": "Permission to use this example is granted to everyone.\n",
    [`config/${id}.conf`]: product.configuration ?? `# Settings of ${id}\nlevel = 1\n`,
    [`assets/${id}.service`]: unitText(id),
    ...Object.fromEntries(targetsOf(product).map((target) => [`dist/${target}/${id}`, programs[target](prints)])),
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  for (const target of targetsOf(product)) await chmod(join(folder, "dist", target, id), 0o755);
}

/** The file of a product's program for a target. */
export function payloadFile(checkoutFolder: string, id: string, target: SmallTarget): string {
  return join(checkoutFolder, "products", id, "dist", target, id);
}

function targetsOf({ targets = ["linux-x86_64", "linux-aarch64"] }: SmallProduct): readonly SmallTarget[] {
  return targets;
}

function manifestFor(product: SmallProduct): Readonly<Record<string, unknown>> {
  const { id, version, installers = [{ format: "tar.zst" }, { format: "deb", compression: "xz" }] } = product;
  const target = (name: SmallTarget) => ({
    payload: { source: "directory", path: `dist/${name}` },
    binaries: [{ name: id, from: id }],
    static: true,
    installers,
  });
  return {
    schema: 1,
    product: id,
    version,
    epoch: "2025-08-12T23:48:13Z",
    summary: `example daemon ${id}`,
    description: [`The program ${id} prints its name and its version, and has all that a daemon is installed with.`],
    homepage: "https://slipway.example/",
    maintainer: { name: "Slipway tests", email: "tests@slipway.example" },
    licence: { spdx: "0BSD", holder: "2025 Slipway tests", from: "LICENCE.txt" },
    changes: [`This is ${version}.`],
    targets: Object.fromEntries(targetsOf(product).map((name) => [name, target(name)])),
    configuration: [{ from: `config/${id}.conf`, to: `etc/${id}/${id}.conf` }],
    services: [{ name: id, unit: `assets/${id}.service`, user: `_${id}` }],
    ...product.manifest,
  };
}

function unitText(id: string): string {
  return `[Unit]
Description=Example daemon ${id}

[Service]
Type=exec
ExecStart=/usr/bin/${id}
User=_${id}
Group=_${id}

[Install]
WantedBy=multi-user.target
`;
}
