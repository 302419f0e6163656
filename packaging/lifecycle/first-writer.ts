import { systemClock } from "../clock.ts";
import { encoder as xz } from "../compression/xz.ts";
import { lockedNode } from "../locked-node.ts";
import { run } from "../process.ts";
import { metadataText, type ReleaseMetadata } from "../record/metadata.ts";
import type { ReleaseRecord } from "../record/record.ts";

/** The text of metadata.json as this run would write it: what is true of the run, not of the bytes. */
export async function firstWriterMetadata(record: ReleaseRecord): Promise<string> {
  const { product, version, features } = record;
  const source = await sourceCommit();
  return metadataText({
    product,
    version,
    features,
    ...(source === undefined ? {} : { source }),
    toolchain: await toolchain(),
    host: { os: process.platform, arch: process.arch },
    published: systemClock.now(),
  });
}

/** The commit of the working directory; undefined where git or a repository is missing. */
export async function sourceCommit(): Promise<ReleaseMetadata["source"]> {
  try {
    const { stdout: commit } = await run({ file: "git", args: ["rev-parse", "HEAD"] });
    const { stdout: changes } = await run({ file: "git", args: ["status", "--porcelain"] });
    return { commit, dirty: changes !== "" };
  } catch {
    return undefined;
  }
}

/** Versions in the Node that builds, which need not be the one that runs this. */
export async function toolchain(): Promise<ReleaseMetadata["toolchain"]> {
  const { stdout } = await run({ file: lockedNode().file, args: ["--print", "JSON.stringify(process.versions)"] });
  const { node = "", zlib = "", zstd = "" } = JSON.parse(stdout) as Record<string, string>;
  return { node, zlib, zstd, xz };
}
