import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";

/** What ends a process politely: a terminal's Ctrl+C, an engine that cancels, a service manager. */
const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Removes a folder for secrets, which a program reads from files alone, with all that is in it: when `use` has ended,
 * when the process exits, and on SIGINT and SIGTERM, where no `finally` runs. A signal then ends the process as it would
 * have. What SIGKILL leaves is for whoever sweeps the place that the folder lies in.
 */
export async function withSecretFolder<Result>(folder: string, use: () => Promise<Result>): Promise<Result> {
  const remove = (): void => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // A program that still runs wrote into it meanwhile: the secrets are gone, and the folder is swept.
    }
  };
  const end = (signal: NodeJS.Signals): void => {
    remove();
    unguard();
    process.kill(process.pid, signal);
  };
  const unguard = (): void => {
    process.off("exit", remove);
    for (const signal of signals) process.off(signal, end);
  };
  process.on("exit", remove);
  for (const signal of signals) process.on(signal, end);
  try {
    return await use();
  } finally {
    try {
      await rm(folder, { recursive: true, force: true });
    } finally {
      unguard();
    }
  }
}
