import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ZipArchive } from "archiver";
import fc from "fast-check";
import type { ArtifactJob, DebOptions } from "../../packaging/artifact.ts";
import { collect } from "../../packaging/containers/member-content.ts";
import { readContents } from "../../packaging/contents/read-contents.ts";
import { sha256 } from "../../packaging/digest.ts";
import { writeArtifact } from "../../packaging/formats/formats.ts";
import { courier } from "../../packaging/formats/windows/installer/__fixtures__/courier.ts";
import { wslRequirements } from "../../packaging/formats/windows/installer/wsl.ts";
import { type InventoryEntry, inventoryOf } from "../../packaging/record/inventory.ts";
import { fileEntry } from "../../packaging/staging/file-entry.ts";
import { growTree } from "../../packaging/staging/grow-tree.ts";
import { whyNotOnWindows } from "../../packaging/staging/windows-name.ts";
import type { FuzzProperty } from "./readers.ts";

/** What a writer of ours, or of a library, made of any files is read back as those files. */

const scratch = mkdtempSync(join(tmpdir(), "slipway-round-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** Names in every script, long ones, and none that a path cannot have. */
const segment = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
    fc.integer({ min: 90, max: 130 }).map((count) => "n".repeat(count)),
  )
  .map((text) => text.replace(/[\p{Cc}\p{Cs}/\\]/gu, "_"))
  .filter((text) => text !== "." && text !== "..");
const folder = fc.constantFrom("usr/bin", "usr/lib/systemd/system", "opt/größe", "usr/share/tool");
const plain = { noNullPrototype: true } as const;
const content = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  fc.string({ maxLength: 300 }).map((text) => new TextEncoder().encode(text)),
);
const some = fc.record({ folder, segment, mode: fc.constantFrom(0o644, 0o755, 0o600, 0o4755), content }, plain);
const files = fc.uniqueArray(some, { maxLength: 8, selector: (it) => `${it.folder}/${it.segment}` });
const scripts = fc.dictionary(fc.constantFrom("postinst", "prerm"), fc.string({ minLength: 1, maxLength: 80 }), plain);

type Files = readonly { folder: string; segment: string; mode: number; content: Uint8Array }[];

function jobOf(list: Files, format: ArtifactJob["format"]): ArtifactJob {
  const entries = list.map((it) => {
    const bytes = { kind: "bytes", base64: Buffer.from(it.content).toString("base64") } as const;
    const input = { size: it.content.length, sha256: sha256(it.content), content: bytes };
    return fileEntry(`${it.folder}/${it.segment}`, input, { part: "bin", mode: it.mode });
  });
  const base = { product: "tool", version: "1.0.0", target: "linux-x86_64", epoch: 1_700_000_000 } as const;
  return { ...base, name: `tool.${format.kind}`, tree: growTree(entries), format };
}

async function asPromised(job: ArtifactJob): Promise<void> {
  const file = join(scratch, job.name);
  await writeArtifact(job, file);
  const found = await readContents(file);
  const promised = inventoryOf(job);
  // A zip says nothing of owners.
  const told = job.format.kind === "zip" ? promised.entries.map(withoutOwner) : promised.entries;
  assert.deepEqual(found.entries, told);
  assert.deepEqual(found.scripts, promised.scripts);
  assert.deepEqual(found.texts, promised.texts);
}

function withoutOwner({
  owner: _owner,
  group: _group,
  ...rest
}: InventoryEntry): Omit<InventoryEntry, "owner" | "group"> {
  return rest;
}

const compression = fc.constantFrom<DebOptions["compression"]>("gzip", "zstd");
const control = [
  ["Package", "tool"],
  ["Version", "1.0.0"],
  ["Architecture", "amd64"],
  ["Maintainer", "Zoë <z@tool.example>"],
] as const;

const downgrades = fc.constantFrom("refused" as const, "allowed" as const);

/** What Windows can hold of it. */
function uniqueOnWindows(list: Files): Files {
  const able = list.filter((it) => whyNotOnWindows(`${it.folder}/${it.segment}`) === undefined);
  return [...new Map(able.map((it) => [`${it.folder}/${it.segment}`.toLowerCase(), it])).values()];
}

async function zipIsRead(list: Files): Promise<void> {
  const archive = new ZipArchive();
  const date = new Date("2026-01-31T09:00:00Z");
  for (const { folder: under, segment: name, mode, content: bytes } of list) {
    archive.append(Buffer.from(bytes), { name: `${under}/${name}`, mode, date, store: bytes.length % 2 === 0 });
  }
  await archive.finalize();
  const file = join(scratch, "tool.zip");
  await writeFile(file, await collect(archive as AsyncIterable<Buffer>));
  const found = await readContents(file);
  const root = found.facts["root"];
  const read = found.entries.map(({ path, mode, sha256: digest }) => [
    root === undefined ? path : `${root}/${path}`,
    mode,
    digest,
  ]);
  const written = list.map((it) => {
    return [`${it.folder}/${it.segment}`, it.mode.toString(8).padStart(4, "0"), sha256(it.content)];
  });
  assert.deepEqual(read.sort(), written.sort());
}

export const roundTrips: readonly FuzzProperty[] = [
  {
    name: "deb round trip",
    runs: 25,
    property: fc.asyncProperty(fc.tuple(files, compression, scripts), async ([list, pressed, run]) => {
      await asPromised(jobOf(list, { kind: "deb", compression: pressed, control, scripts: run }));
    }) as FuzzProperty["property"],
  },
  {
    name: "tar.zst round trip",
    runs: 25,
    property: fc.asyncProperty(files, async (list) => {
      await asPromised(jobOf(list, { kind: "tar.zst", root: "tool-1.0.0-linux-x86_64" }));
    }) as FuzzProperty["property"],
  },
  {
    name: "tar.gz round trip",
    runs: 25,
    property: fc.asyncProperty(files, async (list) => {
      await asPromised(jobOf(list, { kind: "tar.gz", root: "tool-1.0.0-linux-x86_64" }));
    }) as FuzzProperty["property"],
  },
  {
    name: "zip round trip",
    runs: 25,
    property: fc.asyncProperty(files, async (list) => {
      // A set-user-ID bit is refused in a zip.
      const plainModes = list.map((it) => ({ ...it, mode: it.mode & 0o777 }));
      await asPromised(jobOf(plainModes, { kind: "zip", root: "tool-1.0.0-linux-x86_64" }));
    }) as FuzzProperty["property"],
  },
  {
    name: "msi round trip",
    runs: 25,
    property: fc.asyncProperty(fc.tuple(files, downgrades), async ([list, back]) => {
      const able = uniqueOnWindows(list);
      fc.pre(able.length > 0);
      const { path: _, ...options } = courier;
      const job = jobOf(able, { ...options, requirements: wslRequirements, downgrades: back });
      await asPromised({ ...job, target: "windows-x86_64" });
    }) as FuzzProperty["property"],
  },
  {
    name: "zip of another writer",
    runs: 40,
    property: fc.asyncProperty(files, zipIsRead) as FuzzProperty["property"],
  },
];
