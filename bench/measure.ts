import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../packaging/process.ts";
import type { Measured } from "./results.ts";

/** One program with its arguments. */
export interface Step {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Something to measure: its steps run one after the other, and count as one. */
export interface Contender {
  readonly program: string;
  readonly steps: readonly Step[];
  /** Before each run, unmeasured. */
  readonly prepare?: () => Promise<void>;
  /** After a run: the size of what was made. */
  readonly size?: () => Promise<number>;
  /** After a run: the requests that it made to an object store. */
  readonly requests?: () => Promise<number>;
}

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/**
 * Measures contenders in turns (a, b, a, b, ...), so that what else happens on the machine meets all of them, and gives the
 * medians. A program that fails ends the benchmark: a figure that is missing unsaid would be worse.
 */
export async function measureInTurns(
  contenders: readonly Contender[],
  rounds: number,
  scratch: string,
): Promise<readonly Measured[]> {
  const found = contenders.map((contender) => ({
    contender,
    runs: [] as Run[],
    bytes: undefined as number | undefined,
    requests: undefined as number | undefined,
  }));
  for (let round = 0; round < rounds; round++) {
    for (const entry of found) {
      await entry.contender.prepare?.();
      const steps: Run[] = [];
      for (const step of entry.contender.steps) steps.push(await measure(step, scratch));
      entry.runs.push({
        seconds: sum(steps.map((it) => it.seconds)),
        cpuSeconds: sum(steps.map((it) => it.cpuSeconds)),
        peakMiB: Math.max(...steps.map((it) => it.peakMiB)),
      });
      entry.bytes = await entry.contender.size?.();
      entry.requests = await entry.contender.requests?.();
    }
  }
  return found.map(({ contender, runs, bytes, requests }) => ({
    program: contender.program,
    seconds: median(runs.map((it) => it.seconds)),
    cpuSeconds: median(runs.map((it) => it.cpuSeconds)),
    peakMiB: median(runs.map((it) => it.peakMiB)),
    ...(bytes === undefined ? {} : { bytes }),
    ...(requests === undefined ? {} : { requests }),
    runs: runs.length,
  }));
}

/** GNU time tells hundredths of a second: what it calls 0.00 took less than one, and a ratio to nothing is none. */
const clockStep = 0.01;

/** Whole-process figures of GNU time: elapsed, user and system seconds, peak resident kilobytes. */
async function measure({ file, args, folder, environment }: Step, scratch: string): Promise<Run> {
  const report = join(scratch, "time.txt");
  await run({
    file: "time",
    args: ["--quiet", "--format=%e %U %S %M", `--output=${report}`, file, ...args],
    ...(folder === undefined ? {} : { folder }),
    ...(environment === undefined ? {} : { environment }),
    installHint: "Install GNU time: apt install time",
  });
  const [elapsed = Number.NaN, user = Number.NaN, system = Number.NaN, kilobytes = Number.NaN] = (
    await readFile(report, "utf8")
  )
    .trim()
    .split(" ")
    .map(Number);
  await rm(report);
  return {
    seconds: Math.max(elapsed, clockStep),
    cpuSeconds: round(user + system),
    peakMiB: Math.round(kilobytes / 1024),
  };
}

function sum(values: readonly number[]): number {
  return round(values.reduce((total, value) => total + value, 0));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return round((low + high) / 2);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
