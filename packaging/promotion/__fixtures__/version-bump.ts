import type { ArtifactJob } from "../../artifact.ts";
import { memoryStore } from "../../channels/__fixtures__/bucket.ts";
import { compare, type Difference, type Side } from "../../difference/difference.ts";
import { publishedSide } from "../../difference/published-side.ts";
import { sha256 } from "../../digest.ts";
import { type BuiltRecord, buildRecord } from "../../record/record.ts";
import { fileEntry, inlineEntry } from "../../staging/file-entry.ts";
import { growTree } from "../../staging/grow-tree.ts";
import { inlineBytes } from "../../staging/input-file.ts";

/** A release of a product for two targets in three formats each, as a team publishes it. */
export interface Bump {
  readonly version: string;
  /** Value of the one line of the configuration that users change. */
  readonly level: number;
  /** Script that runs after the package was installed. */
  readonly postinst?: string;
  /** More files, by path; the content of each. */
  readonly more?: Readonly<Record<string, string>>;
  readonly depends?: string;
  readonly features?: Readonly<Record<string, boolean>>;
}

const targets = [
  ["linux-aarch64", "arm64"],
  ["linux-x86_64", "amd64"],
] as const;

export function bumped(bump: Bump): BuiltRecord {
  const { version, features = { jit: true } } = bump;
  const facts = {
    product: "runtime",
    version,
    epoch: 1_755_042_493 + Number(version.split(".")[1]),
    summary: "runs client scripts",
    description: ["Runs client scripts in a sandbox."],
    homepage: "https://runtime.example/",
    maintainer: { name: "Ana Example", email: "ana@runtime.example" },
    licence: "MIT",
    features,
    services: ["runtime"],
  };
  return buildRecord(
    facts,
    targets.flatMap(([target, architecture]) =>
      jobs(bump, target, architecture).map((job) => {
        const control = job.format.kind === "deb" ? { control: job.format.control } : {};
        return {
          job,
          built: { size: 3_000_000, sha256: sha256(job.name), file: "" },
          recipe: sha256(job.name),
          ...control,
        };
      }),
    ),
  );
}

function jobs(bump: Bump, target: "linux-aarch64" | "linux-x86_64", architecture: string): readonly ArtifactJob[] {
  const { version, postinst = "#!/bin/sh\nset -e\nsystemctl daemon-reload\n", depends = "libc6 (>= 2.36)" } = bump;
  const common = { product: "runtime", version, epoch: 1_755_042_493, target } as const;
  const control = [
    ["Package", "runtime"],
    ["Version", version],
    ["Architecture", architecture],
    ["Installed-Size", String(3000 + bump.level)],
    ["Depends", depends],
    ["Recommends", `runtime-tools (= ${version})`],
    ["Description", "runs client scripts\n Runs client scripts in a sandbox."],
  ] as const;
  const changelog = inlineEntry("usr/share/doc/runtime/changelog.gz", `runtime (${version})`, "bin");
  const root = `runtime-${version}-${target}`;
  return [
    {
      ...common,
      name: `runtime_${version}_${architecture}.deb`,
      tree: growTree([...files(bump, target, "usr/"), changelog]),
      format: { kind: "deb", compression: "xz", control, scripts: { postinst } },
    },
    {
      ...common,
      name: `${root}.tar.zst`,
      tree: growTree([...files(bump, target, "")]),
      format: { kind: "tar.zst", root },
    },
    {
      ...common,
      name: `${root}.tar.gz`,
      tree: growTree([...files(bump, target, "")]),
      format: { kind: "tar.gz", root },
    },
  ];
}

function files({ version, level, more = {} }: Bump, target: string, top: string) {
  const program = inlineBytes(Buffer.from(`program ${version} for ${target} ${"x".repeat(level * 1000)}`));
  const configuration = inlineBytes(Buffer.from(`# Settings of runtime\nlevel = ${level}\nport = 8080\n`));
  return [
    fileEntry(`${top}bin/runtime`, program, { part: "bin", mode: 0o755 }),
    fileEntry("etc/runtime/runtime.toml", configuration, { part: "bin", config: true }),
    ...Object.entries(more).map(([path, text]) => inlineEntry(path, text, "bin")),
  ];
}

/** What the promotion from one to the other shows. */
export async function differenceOf(from: Bump, to: Bump): Promise<Difference> {
  return compare(await sideOf(from), await sideOf(to));
}

async function sideOf(bump: Bump): Promise<Side> {
  const { text, inventories } = bumped(bump);
  const base = `releases/runtime/${bump.version}`;
  const objects = new Map([[`${base}/release.json`, Buffer.from(text)]]);
  for (const [path, inventory] of inventories) objects.set(`${base}/${path}`, Buffer.from(inventory));
  return publishedSide(memoryStore(objects), { product: "runtime", folder: bump.version });
}
