import { availableParallelism } from "node:os";
import { type Mistake, SlipwayError } from "../errors.ts";

/** What all running tasks together may use. */
export interface Budget {
  readonly cores: number;
  readonly memoryMiB: number;
}

export interface Task<T> extends Budget {
  /** Expected work in any unit common to all tasks: the heaviest start first, so that none is left alone at the end. */
  readonly effort: number;
  run(): Promise<T>;
}

/** The cores this process may use, and half of the memory that is free (container limits count). */
export function machineBudget(): Budget {
  return { cores: availableParallelism(), memoryMiB: Math.floor(process.availableMemory() / 2 / (1 << 20)) };
}

/**
 * Runs tasks side by side within a budget, results in the order of `tasks`. A task larger than the budget runs alone.
 * After a failure no further task starts; those that run are waited for.
 * @throws the one failure as it is; several as one error that holds all of them, in the order of `tasks`.
 */
export async function runWithinBudget<T>(tasks: readonly Task<T>[], budget: Budget): Promise<readonly T[]> {
  const results = new Map<Task<T>, T>();
  const failures = new Map<Task<T>, unknown>();
  const waiting = tasks.toSorted((a, b) => b.effort - a.effort);
  const running = new Map<Task<T>, Promise<void>>();

  const start = (task: Task<T>): void => {
    waiting.splice(waiting.indexOf(task), 1);
    const end = task
      .run()
      .then((result) => void results.set(task, result))
      .catch((failure: unknown) => void failures.set(task, failure))
      .finally(() => void running.delete(task));
    running.set(task, end);
  };

  while (running.size > 0 || (waiting.length > 0 && failures.size === 0)) {
    const next = failures.size === 0 ? waiting.find((task) => fits(task, running, budget)) : undefined;
    if (next === undefined) await Promise.race(running.values());
    else start(next);
  }
  throwFailures(tasks.flatMap((task) => (failures.has(task) ? [failures.get(task)] : [])));
  return tasks.map((task) => results.get(task) as T);
}

function fits(task: Budget, running: ReadonlyMap<Budget, unknown>, budget: Budget): boolean {
  if (running.size === 0) return true;
  let { cores, memoryMiB } = task;
  for (const other of running.keys()) {
    cores += other.cores;
    memoryMiB += other.memoryMiB;
  }
  return cores <= budget.cores && memoryMiB <= budget.memoryMiB;
}

function throwFailures(failures: readonly unknown[]): void {
  if (failures.length === 0) return;
  if (failures.length === 1) throw failures[0];
  const known = failures.filter((failure) => failure instanceof SlipwayError);
  const mistakes: readonly Mistake[] = known.flatMap((failure) => failure.mistakes);
  const [first, ...rest] = mistakes;
  if (first !== undefined && known.length === failures.length) throw new SlipwayError([first, ...rest]);
  throw new AggregateError(failures, failures.map(String).join("\n"));
}
