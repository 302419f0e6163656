import type { ArtifactJob } from "../artifact.ts";
import type { Task } from "./scheduler.ts";

type Cost = Pick<Task<unknown>, "cores" | "memoryMiB" | "effort">;

/**
 * What a build process needs, by compressor: docs/benchmarks.md has the figures for these, peak memory (flat in the
 * payload's size; rounded up here) and processor time. gzip, zstd and MSZIP use all cores too, but for so short a time that
 * they are not set aside. An .msi needs 192 MiB and takes as long as gzip. A zip needs 161 MiB; its one stream of deflate
 * takes twice as long as the pieces of gzip that share two cores, and starts before them.
 */
const compressorCosts = {
  xz: { cores: 2, memoryMiB: 400, effortPerByte: 16 },
  gzip: { cores: 1, memoryMiB: 160, effortPerByte: 1 },
  zstd: { cores: 1, memoryMiB: 240, effortPerByte: 1 },
  zip: { cores: 1, memoryMiB: 200, effortPerByte: 2 },
  mszip: { cores: 1, memoryMiB: 220, effortPerByte: 1 },
} as const;

/** Cores, memory and expected work of a job; the unit of effort is a byte through gzip. */
export function costOf(job: ArtifactJob): Cost {
  const { cores, memoryMiB, effortPerByte } = compressorCosts[compressorOf(job)];
  let bytes = 0;
  for (const entry of job.tree.entries) if (entry.type === "file") bytes += entry.size;
  return { cores, memoryMiB, effort: bytes * effortPerByte };
}

function compressorOf(job: ArtifactJob): keyof typeof compressorCosts {
  switch (job.format.kind) {
    case "deb":
      return job.format.compression;
    case "tar.zst":
      return "zstd";
    case "tar.gz":
    case "pkg":
      return "gzip";
    case "zip":
      return "zip";
    case "msi":
      return "mszip";
  }
}
