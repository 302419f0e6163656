import type { ArtifactJob, DebOptions } from "../artifact.ts";
import type { Task } from "./scheduler.ts";

type Cost = Pick<Task<unknown>, "cores" | "memoryMiB" | "effort">;

/**
 * What a build process needs, by compressor. Measured on one 127 MB binary: xz (preset 6, two threads) held 347 MB and
 * took 41 s, gzip 4 s, zstd 1 s; a build process without compressor holds about 80 MB.
 */
const compressorCosts = {
  xz: { cores: 2, memoryMiB: 440, secondsPerTree: 41 },
  gzip: { cores: 1, memoryMiB: 120, secondsPerTree: 4 },
  zstd: { cores: 1, memoryMiB: 200, secondsPerTree: 1 },
} as const satisfies Record<DebOptions["compression"], unknown>;

/** Cores, memory and expected work of a job; the effort is in bytes of the tree times seconds of its compressor. */
export function costOf(job: ArtifactJob): Cost {
  const { cores, memoryMiB, secondsPerTree } = compressorCosts[compressorOf(job)];
  let bytes = 0;
  for (const entry of job.tree.entries) if (entry.type === "file") bytes += entry.size;
  return { cores, memoryMiB, effort: bytes * secondsPerTree };
}

function compressorOf(job: ArtifactJob): DebOptions["compression"] {
  switch (job.format.kind) {
    case "deb":
      return job.format.compression;
    case "tar.zst":
      return "zstd";
  }
}
