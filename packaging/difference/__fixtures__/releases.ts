import type { ArtifactJob } from "../../artifact.ts";
import { sha256 } from "../../digest.ts";
import { type BuiltRecord, buildRecord, type ReleaseFacts } from "../../record/record.ts";
import { fileEntry, inlineEntry } from "../../staging/file-entry.ts";
import { growTree } from "../../staging/grow-tree.ts";
import { inlineBytes } from "../../staging/input-file.ts";
import type { SymlinkEntry, Tree, TreeEntry } from "../../staging/tree.ts";

/**
 * A product published twice, told by hand: what differs is one change of each kind. No bytes are built; sizes and digests
 * stand for them.
 */
const facts: ReleaseFacts = {
  product: "runtime",
  version: "1.4.0",
  epoch: 1_755_042_493,
  summary: "runs client scripts",
  description: ["Runs client scripts in a sandbox."],
  homepage: "https://runtime.example/",
  maintainer: { name: "Ana Ünal", email: "ana@runtime.example" },
  licence: "MIT",
  features: { jit: false },
  services: ["runtime"],
};

const unit = (seconds: number) => `[Service]\nExecStart=/usr/bin/runtime\nTimeoutStopSec=${seconds}\n`;
const link = (target: string): SymlinkEntry => {
  const access = { mode: 0o777, owner: "root", group: "root", part: "bin" } as const;
  return { type: "symlink", path: "usr/bin/rt", target, ...access };
};
const configuration = (text: string) =>
  fileEntry("etc/runtime/runtime.toml", inlineBytes(Buffer.from(text)), { part: "bin", config: true });
const program = (text: string, mode: number) =>
  fileEntry("usr/bin/runtime", inlineBytes(Buffer.from(text)), { part: "bin", mode });

const oldTree = growTree([
  configuration("port = 1\n"),
  program("program ".repeat(1200), 0o755),
  link("runtime"),
  inlineEntry("usr/lib/systemd/system/runtime.service", unit(30), "bin"),
  inlineEntry("usr/share/runtime/rules.json", "{}", "bin"),
  inlineEntry("usr/share/runtime/old.json", "{}", "bin"),
]);
const newTree = growTree([
  configuration("port = 8080\n"),
  program("program ".repeat(1300), 0o750),
  link("../lib/runtime/runtime"),
  inlineEntry("usr/lib/systemd/system/runtime.service", unit(90), "bin"),
  inlineEntry("usr/share/runtime/rules.json", "[]", "bin"),
  // What a hostile name could do to a terminal, a table or a fence.
  inlineEntry("usr/share/runtime/`|\u202etxt.new", "hall\n", "bin"),
]);
const windowsTree = growTree([
  fileEntry("bin/runtime.exe", inlineBytes(Buffer.from("program")), { part: "bin", mode: 0o755 }),
]);

export const older = released(facts, oldTree, {
  depends: "libc6 (>= 2.36)",
  size: 3_204_118,
  postinst: "#!/bin/sh\nset -e\nsystemctl daemon-reload\n",
});

export const newer = released({ ...facts, version: "1.4.1", features: { jit: true } }, newTree, {
  depends: "libc6 (>= 2.36), libssl3",
  size: 3_310_002,
  postinst: "#!/bin/sh\nset -e\nsystemctl daemon-reload\nsystemctl try-restart runtime\n",
});

interface Package {
  readonly depends: string;
  readonly size: number;
  readonly postinst: string;
}

function released(of: ReleaseFacts, tree: Tree, { depends, size, postinst }: Package): BuiltRecord {
  const { version } = of;
  const control = [
    ["Package", "runtime"],
    ["Version", version],
    ["Architecture", "amd64"],
    ["Depends", depends],
    ["Description", "runs client scripts\n Runs client scripts in a sandbox."],
  ] as const;
  const common = { product: "runtime", version, epoch: of.epoch } as const;
  const deb: ArtifactJob = {
    ...common,
    target: "linux-x86_64",
    name: `runtime_${version}_amd64.deb`,
    tree,
    format: { kind: "deb", compression: "xz", control, scripts: { postinst } },
  };
  const archive = (target: "linux-x86_64" | "windows-x86_64", inside: Tree): ArtifactJob => {
    const root = `runtime-${version}-${target}`;
    return { ...common, target, name: `${root}.tar.zst`, tree: inside, format: { kind: "tar.zst", root } };
  };
  const built = (job: ArtifactJob, bytes: number, content: string) => {
    const artifact = { size: bytes, sha256: sha256(content), file: "" };
    return { job, built: artifact, recipe: sha256(job.name), ...(job.format.kind === "deb" && { control }) };
  };
  return buildRecord(of, [
    built(deb, size, `deb ${version}`),
    built(archive("linux-x86_64", withoutUsr(tree)), size + 400_000, `archive ${version}`),
    built(archive("windows-x86_64", windowsTree), 2_950_000, "the same in both"),
  ]);
}

function withoutUsr({ entries }: Tree): Tree {
  const inside = entries.filter(({ path }) => path !== "usr");
  const moved = inside.map((entry): TreeEntry => ({ ...entry, path: entry.path.replace(/^usr\//, "") }));
  return growTree(moved.filter((entry) => entry.type !== "directory"));
}

/** A release's objects as a bucket holds them. */
export function objectsOf({ record, text, inventories }: BuiltRecord): ReadonlyMap<string, Uint8Array> {
  const base = `releases/${record.product}/${record.version}`;
  const objects = new Map<string, Uint8Array>([[`${base}/release.json`, Buffer.from(text)]]);
  for (const [path, inventory] of inventories) objects.set(`${base}/${path}`, Buffer.from(inventory));
  return objects;
}
