import type { ArtifactJob, BuiltArtifact } from "../../artifact.ts";
import { sha256 } from "../../digest.ts";
import type { FileEntry, TreeEntry } from "../../staging/tree.ts";
import { type BuiltRecord, buildRecord, type ReleaseFacts } from "../record.ts";

/** A made-up product with two targets, told in the order in which nobody would sort it. */
export const facts: ReleaseFacts = {
  product: "runtime",
  version: "1.0.0",
  epoch: 1_755_042_493,
  summary: "Runs client scripts",
  description: ["Runs client scripts in a sandbox.", "It listens on a socket."],
  homepage: "https://runtime.example/",
  maintainer: { name: "Ana Ünal", email: "ana@runtime.example" },
  licence: "MIT OR Apache-2.0",
  features: { "wasm-cache": true, jit: false },
  services: ["runtime", "runtime-gc"],
};

const unit = "[Service]\nExecStart=/usr/bin/runtime\n";
const postinst = "#!/bin/sh\nset -e\n";

export function file(path: string, text: string, more: Partial<FileEntry> = {}): FileEntry {
  const content = { kind: "bytes", base64: Buffer.from(text).toString("base64") } as const;
  const access = { mode: 0o644, owner: "root", group: "root", part: "bin", config: false } as const;
  return { path, type: "file", size: Buffer.byteLength(text), sha256: sha256(text), content, ...access, ...more };
}

const entries: readonly TreeEntry[] = [
  { path: "usr", type: "directory", mode: 0o755, owner: "root", group: "root", part: "bin" },
  file("etc/runtime/runtime.toml", "port = 1\n", { mode: 0o640, group: "runtime", config: true }),
  file("usr/bin/runtime", "program", { mode: 0o755 }),
  { path: "usr/bin/rt", type: "symlink", mode: 0o777, owner: "root", group: "root", part: "bin", target: "runtime" },
  file("usr/lib/systemd/system/runtime.service", unit, { part: "service" }),
];

const common = { product: "runtime", version: "1.0.0", epoch: facts.epoch, tree: { entries } } as const;

export const debJob: ArtifactJob = {
  ...common,
  target: "linux-x86_64",
  name: "runtime_1.0.0_amd64.deb",
  format: { kind: "deb", compression: "xz", control: [], scripts: { postinst } },
};

export const archiveJob: ArtifactJob = {
  ...common,
  target: "linux-aarch64",
  name: "runtime-1.0.0-linux-aarch64.tar.zst",
  format: { kind: "tar.zst", root: "runtime-1.0.0-linux-aarch64" },
};

export const control: readonly (readonly [string, string])[] = [
  ["Package", "runtime"],
  ["Version", "1.0.0"],
  ["Architecture", "amd64"],
  ["Description", "Runs client scripts\n Runs client scripts in a sandbox.\n .\n It listens on a socket."],
];

/** What stands for the bytes of an artifact. */
export function shippedText(job: ArtifactJob): string {
  return `bytes of ${job.name}`;
}

export function built(job: ArtifactJob, file = ""): BuiltArtifact {
  const text = shippedText(job);
  return { size: text.length, sha256: sha256(text), file };
}

export function builtRelease(): BuiltRecord {
  return buildRecord(facts, [
    { job: debJob, built: built(debJob), recipe: sha256("recipe of the deb"), control },
    { job: archiveJob, built: built(archiveJob), recipe: sha256("recipe of the archive") },
  ]);
}
