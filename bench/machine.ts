import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import type { Results } from "./results.ts";

/** What a reader needs to know of the machine to read the figures; nothing that names it. */
export function thisMachine(): Omit<Results["machine"], "load"> {
  return {
    processor: cpus()[0]?.model.trim() || "unknown processor",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: systemName(),
  };
}

/** The load average over the last minute. */
export function loadNow(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

/** os-release(5), where there is one. */
function systemName(): string {
  try {
    const name = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
    return `${name ?? process.platform} ${process.arch}`;
  } catch {
    return `${process.platform} ${process.arch}`;
  }
}
