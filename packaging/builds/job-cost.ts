import type { ArtifactJob, DebOptions } from "../artifact.ts";
import type { Task } from "./scheduler.ts";

type Cost = Pick<Task<unknown>, "cores" | "memoryMiB" | "effort">;

/**
 * What a build process needs, by compressor: docs/benchmarks.md has the figures for these, peak memory (flat in the
 * payload's size; rounded up here) and processor time. gzip and zstd also use a second core where there is one, but for
 * so short a time that it is not set aside.
 */
const compressorCosts = {
  xz: { cores: 2, memoryMiB: 450, effortPerByte: 20 },
  gzip: { cores: 1, memoryMiB: 160, effortPerByte: 1 },
  zstd: { cores: 1, memoryMiB: 240, effortPerByte: 1 },
} as const satisfies Record<DebOptions["compression"], unknown>;

/** Cores, memory and expected work of a job; the unit of effort is a byte through gzip. */
export function costOf(job: ArtifactJob): Cost {
  const { cores, memoryMiB, effortPerByte } = compressorCosts[compressorOf(job)];
  let bytes = 0;
  for (const entry of job.tree.entries) if (entry.type === "file") bytes += entry.size;
  return { cores, memoryMiB, effort: bytes * effortPerByte };
}

function compressorOf(job: ArtifactJob): DebOptions["compression"] {
  switch (job.format.kind) {
    case "deb":
      return job.format.compression;
    case "tar.zst":
      return "zstd";
  }
}
