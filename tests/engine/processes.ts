import { readdir, readFile } from "node:fs/promises";

/** A process of this machine, as Linux tells it. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** The program's name, of which the kernel keeps 15 characters. */
  readonly name: string;
}

/** A process and all that it started, and so on; parents first. Linux only. */
export async function processTree(pid: number): Promise<readonly RunningProcess[]> {
  const all = await runningProcesses();
  const tree = all.filter((process) => process.pid === pid);
  for (const { pid: parent } of tree) tree.push(...all.filter((process) => process.parent === parent));
  return tree;
}

/** Ends a process at once, without a chance to clean up; one that has ended already is as good. */
export function kill({ pid }: RunningProcess): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Those of the processes that still run. */
export async function stillRunning(processes: readonly RunningProcess[]): Promise<readonly RunningProcess[]> {
  const all = await runningProcesses();
  return processes.filter(({ pid, name }) => all.some((other) => other.pid === pid && other.name === name));
}

async function runningProcesses(): Promise<readonly RunningProcess[]> {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  // A process that has ended meanwhile has no file any more.
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")));
  return stats.flatMap((stat) => {
    // proc_pid_stat(5): the name stands in parentheses and may hold any character; state and parent follow it.
    const [, pid, name, state, parent] = /^(\d+) \((.*)\) (\S) (\d+) /s.exec(stat) ?? [];
    if (name === undefined || state === "Z") return [];
    return [{ pid: Number(pid), parent: Number(parent), name }];
  });
}
