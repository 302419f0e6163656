import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { gzip, gzipRecipe } from "../../compression/gzip.ts";
import type { ArchiveEntry } from "../../containers/archive-entry.ts";
import { collect, contentOf } from "../../containers/member-content.ts";
import type { TreeEntry } from "../../staging/tree.ts";
import type { Format, WriteContext } from "../format.ts";
import { treeEntries } from "../tree-entries.ts";
import { writeHashed } from "../write-hashed.ts";
import { writeBom } from "./bom.ts";
import type { BomEntry } from "./bom-layout.ts";
import { Cksum, cksum } from "./cksum.ts";
import { writeCpio } from "./cpio.ts";
import { distributionText } from "./distribution.ts";
import { packageInfoText } from "./package-info.ts";
import { checkPkg, componentName, type PkgJob, type PkgOptions } from "./pkg-options.ts";
import { writeXar, xarRecipe } from "./xar.ts";
import { sha1, storedData, zlibData } from "./xar-data.ts";
import type { XarFile } from "./xar-toc.ts";

/** Raised with every change of the code that changes bytes. */
export const pkgRevision = 2;

/** Compressors and settings, as a recipe names them. */
export function pkgRecipe(buildNode: string): string {
  return `${gzipRecipe(buildNode)}; ${xarRecipe}`;
}

const rootOwned = { owner: "root", group: "root" } as const;

/**
 * A macOS package for the installer, a product archive of one component, unsigned: a xar archive of Distribution and the
 * component's Bom, PackageInfo, Payload and Scripts. The payload comes last but one and is made first: the Bom wants the
 * checksums of its files, and xar its digest. Memory is flat in its size.
 */
export async function* writePkg(job: PkgJob, { spool, packed }: WriteContext): AsyncGenerator<Uint8Array> {
  checkPkg(job);
  const sums = new Map<string, Cksum>();
  for (const entry of job.tree.entries) if (entry.type === "file") sums.set(entry.path, new Cksum());
  const payload = treeEntries(job.tree, ".", ({ path }, chunk) => sums.get(path)?.update(chunk));
  try {
    const { size, hex } = await writeHashed(gzip(writeCpio(payload, job.epoch), packed), spool, "sha1");
    const component = componentName(job);
    const files: readonly XarFile[] = [
      { path: "Distribution", data: zlibData(Buffer.from(distributionText(job))) },
      { path: `${component}/Bom`, data: zlibData(writeBom(bomEntries(job, sums))) },
      { path: `${component}/PackageInfo`, data: zlibData(Buffer.from(packageInfoText(job))) },
      { path: `${component}/Payload`, data: storedData({ size, sha1: hex }, () => createReadStream(spool)) },
      ...(await scriptFiles(job, component)),
    ];
    yield* writeXar(files, job.epoch);
  } finally {
    await rm(spool, { force: true });
  }
}

function bomEntries({ tree, epoch }: PkgJob, sums: ReadonlyMap<string, Cksum>): readonly BomEntry[] {
  const base = { uid: 0, gid: 0, mtime: epoch, size: 0, checksum: 0, target: "" };
  const root: BomEntry = { ...base, path: ".", type: "directory", mode: 0o755 };
  return [root, ...tree.entries.map((entry) => bomEntry(entry, base, sums))];
}

function bomEntry(
  entry: TreeEntry,
  base: Omit<BomEntry, "path" | "type" | "mode">,
  sums: ReadonlyMap<string, Cksum>,
): BomEntry {
  const { path, type, mode } = entry;
  const own = { ...base, path: `./${path}`, type, mode };
  switch (entry.type) {
    case "directory":
      return own;
    case "symlink": {
      const target = Buffer.from(entry.target);
      return { ...own, size: target.length, checksum: cksum(target), target: entry.target };
    }
    case "file":
      return { ...own, size: entry.size, checksum: sums.get(path)?.value() ?? 0 };
  }
}

/** Scripts are an archive like the payload; none where there are no scripts. */
async function scriptFiles(job: PkgJob, component: string): Promise<readonly XarFile[]> {
  const scripts = Object.entries(job.format.scripts).sort(([a], [b]) => (a < b ? -1 : 1));
  if (scripts.length === 0) return [];
  const entries: readonly ArchiveEntry[] = [
    { type: "directory", path: ".", mode: 0o755, ...rootOwned },
    ...scripts.map(([name, text]): ArchiveEntry => {
      const bytes = Buffer.from(text);
      return {
        type: "file",
        path: `./${name}`,
        mode: 0o755,
        ...rootOwned,
        size: bytes.length,
        content: contentOf(bytes),
      };
    }),
  ];
  const archive = await collect(gzip(writeCpio(entries, job.epoch)));
  const data = storedData({ size: archive.length, sha1: sha1(archive) }, () => contentOf(archive));
  return [{ path: `${component}/Scripts`, data }];
}

/** A macOS package as a format of artifacts, unsigned. */
export const pkg: Format<PkgOptions> = {
  revision: pkgRevision,
  recipe: (_options, buildNode) => pkgRecipe(buildNode),
  write: writePkg,
};
