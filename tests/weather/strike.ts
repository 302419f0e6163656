import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Result } from "../engine/command.ts";
import type { StartUpdate } from "./engine-alone.ts";
import type { Point } from "./points.ts";

/** When an update is killed: some time after it began, or after something was seen. Milliseconds. */
export type Instant = { readonly after: number } | { readonly point: Point; readonly and: number };

/** `engine`: the engine's process alone. `all`: it and every process that it started. */
export type Victims = "engine" | "all";

export interface Struck {
  /** Whether the update was still running at the instant. */
  readonly killed: boolean;
  readonly result: Result;
  /** Processes of the update that outlived the engine. */
  readonly orphans: Processes;
  /** How long it ran, in milliseconds. */
  readonly ran: number;
}

/** How often a point is looked for, in milliseconds: a look takes microseconds. */
const poll = 1;

/** Runs an update and kills it. */
export async function strike(
  start: StartUpdate,
  folder: string,
  instant: Instant,
  victims: Victims,
  args: readonly string[],
): Promise<Struck> {
  const before = "point" in instant ? instant.point.look(folder) : "";
  const began = performance.now();
  let ended = false;
  let tree: Processes | undefined;
  const update = start({ onStart: (pid) => (tree = new Processes(pid)) }, ...args).finally(() => (ended = true));
  while (!ended && !due(instant, before, folder, performance.now() - began)) await sleep(poll);
  if ("point" in instant && !ended) await sleep(instant.and);
  const killed = !ended && tree !== undefined;
  if (killed) tree?.look();
  if (killed) tree?.signalRoot("SIGKILL");
  if (killed && victims === "all") tree?.signal("SIGKILL");
  const result = await update;
  if (victims === "all") tree?.signal("SIGKILL");
  return { killed, result, orphans: tree ?? new Processes(0), ran: performance.now() - began };
}

function due(instant: Instant, before: string, folder: string, elapsed: number): boolean {
  return "after" in instant ? elapsed >= instant.after : instant.point.look(folder) !== before;
}

/** A process of this machine and all that it started, remembered also when their parent has ended. Linux only. */
export class Processes {
  readonly #root: number;
  /** By number, with the moment of its start: numbers are used again. */
  readonly #known = new Map<number, string>();

  constructor(root: number) {
    this.#root = root;
    this.look();
  }

  /** Looks for further children of those that are known. */
  look(): void {
    const all = readdirSync("/proc").flatMap((name) => statusOf(Number(name)) ?? []);
    const root = all.find(({ pid }) => pid === this.#root);
    if (root !== undefined) this.#known.set(root.pid, root.start);
    for (let found = -1; found !== this.#known.size; ) {
      found = this.#known.size;
      for (const { pid, parent, start } of all) if (this.#known.has(parent)) this.#known.set(pid, start);
    }
  }

  /** Those that still run, but for the root. */
  alive(): readonly number[] {
    const others = [...this.#known].filter(([pid]) => pid !== this.#root);
    return others.filter(([pid, start]) => statusOf(pid)?.start === start).map(([pid]) => pid);
  }

  signal(name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    for (const pid of this.alive()) send(pid, name);
  }

  signalRoot(name: "SIGKILL"): void {
    send(this.#root, name);
  }
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** proc_pid_stat(5); undefined for what is no process, or has ended. */
function statusOf(pid: number): { readonly pid: number; readonly parent: number; readonly start: string } | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent, ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : { pid, parent: Number(parent), start: rest[17] ?? "" };
  } catch {
    return undefined;
  }
}
