import type { ArtifactJob, FormatOptions } from "../artifact.ts";
import { canonicalJson } from "../canonical-json.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { lockedNode } from "../locked-node.ts";
import type { TreeEntry } from "../staging/tree.ts";
import { deb } from "./deb.ts";
import type { Format } from "./format.ts";
import { pkg } from "./macos/pkg.ts";
import { msi } from "./msi.ts";
import { tarGz } from "./tar-gz.ts";
import { tarZst } from "./tar-zst.ts";
import { writeHashed } from "./write-hashed.ts";
import { zip } from "./zip.ts";

type Kind = FormatOptions["kind"];

/** Every format there is, by the kind that a job names. */
const formats: { readonly [K in Kind]: Format<Extract<FormatOptions, { kind: K }>> } = {
  "tar.zst": tarZst,
  "tar.gz": tarGz,
  zip,
  deb,
  msi,
  pkg,
};

/** The compiler cannot see that a job's own kind picks the format for that very job. */
function formatOf(job: ArtifactJob): Format<FormatOptions> {
  return formats[job.format.kind] as Format<FormatOptions>;
}

/**
 * Streams a job's artifact to `file` and says its size and SHA-256. `file` is written in place: the caller gives a
 * temporary name and renames. After a failure neither it nor the spool beside it (`<file>.spool`) is left.
 */
export async function writeArtifact(
  job: ArtifactJob,
  file: string,
  progress: (plainBytesDone: number, plainBytesTotal: number) => void = () => undefined,
): Promise<{ readonly size: number; readonly sha256: string }> {
  const total = plainSize(job);
  let done = 0;
  // An archive's own headers count too, so that its end would come a little above the total.
  const packed = (bytes: number) => {
    done += bytes;
    progress(Math.min(done, total), total);
  };
  progress(done, total);
  try {
    const content = formatOf(job).write(job, { spool: `${file}.spool`, packed });
    const { size, hex } = await writeHashed(content, file, "sha256");
    return { size, sha256: hex };
  } catch (error) {
    throw refusedWrite(job, file, error);
  }
}

/** What the system refuses (a full disk, a folder that is gone) is told as such; a fault of ours stays one. */
function refusedWrite(job: ArtifactJob, file: string, error: unknown): unknown {
  if (!(error instanceof Error && "syscall" in error)) return error;
  return refusal("SLW-BUILD", `${job.name} cannot be written to ${file}: ${error.message}.`);
}

/**
 * SHA-256 over all that decides a job's content: its tree (by digest, without this machine's paths), its options and epoch,
 * the format's revision and the compressor. Equal recipes give equal bytes.
 */
export function recipeOf(job: ArtifactJob): string {
  const format = formatOf(job);
  const entries = job.tree.entries.map(withoutContent);
  return sha256(
    canonicalJson({
      job: { ...job, tree: { entries } },
      revision: format.revision,
      compressor: format.recipe(job.format, lockedNode().version),
    }),
  );
}

/** An entry's digest stands for its content. */
function withoutContent(entry: TreeEntry): Omit<TreeEntry, "content"> {
  if (entry.type !== "file") return entry;
  const { content: _, ...rest } = entry;
  return rest;
}

function plainSize(job: ArtifactJob): number {
  return job.tree.entries.reduce((sum, entry) => sum + (entry.type === "file" ? entry.size : 0), 0);
}
