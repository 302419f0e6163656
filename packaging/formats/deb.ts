import { createHash, type Hash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { ArtifactJob, DebOptions } from "../artifact.ts";
import { byBytes } from "../byte-order.ts";
import { gzip, gzipRecipe } from "../compression/gzip.ts";
import type { Compressor } from "../compression/pieces.ts";
import { xz, recipe as xzRecipe } from "../compression/xz.ts";
import { singleFrameRecipe, zstdSingleFrame } from "../compression/zstd.ts";
import { writeAr } from "../containers/ar.ts";
import type { ArchiveEntry } from "../containers/archive-entry.ts";
import { collect, contentOf } from "../containers/member-content.ts";
import { writeTar } from "../containers/tar.ts";
import { conffiles, controlText } from "./debian/control.ts";
import type { Format, WriteContext } from "./format.ts";
import { treeEntries } from "./tree-entries.ts";

type DebJob = ArtifactJob & { readonly format: DebOptions };

interface MemberCompressor {
  readonly extension: string;
  readonly compress: Compressor;
  readonly recipe: (buildNode: string) => string;
}

const compressors: Readonly<Record<DebOptions["compression"], MemberCompressor>> = {
  xz: { extension: "xz", compress: xz, recipe: () => xzRecipe },
  gzip: { extension: "gz", compress: gzip, recipe: gzipRecipe },
  zstd: { extension: "zst", compress: zstdSingleFrame, recipe: singleFrameRecipe },
};

/** A Debian package, deb(5): an ar archive of the format's number, the control files and the data. */
export const deb: Format<DebOptions> = {
  revision: 2,
  recipe: ({ compression }, buildNode) => compressors[compression].recipe(buildNode),
  write: writeDeb,
};

/** The data comes last but is made first: ar wants its size, and the control files its digests. */
async function* writeDeb(job: DebJob, { spool, packed }: WriteContext): AsyncGenerator<Uint8Array> {
  const { extension, compress } = compressors[job.format.compression];
  const digests = new Map<string, Hash>();
  const data = treeEntries(job.tree, ".", ({ path }, chunk) => {
    digests.get(path)?.update(chunk);
  });
  for (const entry of job.tree.entries) if (entry.type === "file") digests.set(entry.path, createHash("md5"));
  try {
    await pipeline(compress(writeTar(data, job.epoch), packed), createWriteStream(spool));
    const control = await collect(compress(writeTar(controlEntries(job, md5sums(job, digests)), job.epoch)));
    const { size } = await stat(spool);
    yield* writeAr(
      [
        { name: "debian-binary", size: 4, content: contentOf(Buffer.from("2.0\n")) },
        { name: `control.tar.${extension}`, size: control.length, content: contentOf(control) },
        { name: `data.tar.${extension}`, size, content: contentOfFile(spool) },
      ],
      job.epoch,
    );
  } finally {
    await rm(spool, { force: true });
  }
}

/** Opened only when it is asked for: nobody would close it else. */
async function* contentOfFile(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file) as AsyncIterable<Buffer>;
}

function* controlEntries(job: DebJob, sums: string): Generator<ArchiveEntry> {
  const listed = conffiles(job).map((path) => `${path}\n`);
  const files = [
    { name: "conffiles", mode: 0o644, text: listed.join("") },
    { name: "control", mode: 0o644, text: controlText(job) },
    { name: "md5sums", mode: 0o644, text: sums },
    ...Object.entries(job.format.scripts).map(([name, text]) => ({ name, mode: 0o755, text })),
  ].sort((a, b) => byBytes(a.name, b.name));
  const root = { owner: "root", group: "root" } as const;
  yield { type: "directory", path: ".", mode: 0o755, ...root };
  for (const { name, mode, text } of files) {
    if (text === "") continue;
    const bytes = Buffer.from(text);
    yield { type: "file", path: `./${name}`, mode, ...root, size: bytes.length, content: contentOf(bytes) };
  }
}

/** deb-md5sums(5): one line a file, not for conffiles, which dpkg keeps its own sums of. */
function md5sums(job: DebJob, digests: ReadonlyMap<string, Hash>): string {
  const configuration = new Set(conffiles(job));
  return [...digests]
    .filter(([path]) => !configuration.has(`/${path}`))
    .map(([path, hash]) => `${hash.digest("hex")}  ${path}\n`)
    .join("");
}
