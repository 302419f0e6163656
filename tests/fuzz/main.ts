import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Round, RoundResult } from "./messages.ts";
import { readers } from "./readers.ts";
import { roundTrips } from "./round-trips.ts";

const help = `npm run fuzz -- [--minutes 10] [--seed N] [--only NAME]
npm run fuzz -- --only NAME --seed N --path PATH     one case again, as a failure prints it

Reads damaged inputs, and writes and reads back, until the time is over. Fails where anything but a value or a refusal
comes out, where a round never ends, or where it takes more memory than any reader may.
`;

/** A round takes a second or two; one that takes this long in milliseconds will never end. */
const longestRound = 180_000;
/** Peak of memory in bytes: Node with all readers, WebAssembly's liblzma at its limit, and room for the collector. */
const mostMemory = 700 * 2 ** 20;
const heapLimit = "--max-old-space-size=256";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string" },
    only: { type: "string" },
    path: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});

const all = [...readers, ...roundTrips];
const chosen = all.filter(({ name }) => values.only === undefined || name === values.only);

if (values.help === true) process.stdout.write(help);
else if (chosen.length === 0) fail(`There is no ${values.only}: ${all.map(({ name }) => name).join(", ")}.`);
else if (values.path !== undefined) await repeat(Number(values.seed), values.path);
else await fuzz(Number(values.minutes), Number(values.seed ?? Math.floor(Math.random() * 2 ** 31)));

async function fuzz(minutes: number, first: number): Promise<void> {
  if (!(minutes > 0) || !Number.isSafeInteger(first))
    return fail("--minutes is a number above 0, --seed a whole number.");
  process.stdout.write(`seed ${first}, ${minutes} minutes, ${chosen.length} properties\n`);
  const counts = new Map<string, number>();
  let peak = 0;
  let child = await start();
  const end = Date.now() + minutes * 60_000;
  // Every property has its turn, however slow the machine is.
  for (let round = 0; round === 0 || Date.now() < end; round += 1) {
    // A process of its own now and then: what is left of one round must not hide what another takes.
    if (round % 20 === 19) {
      child.disconnect();
      child = await start();
    }
    for (const { name, runs } of chosen) {
      const result = await ask(child, { name, seed: first + round, runs });
      if (result === undefined) return;
      counts.set(name, (counts.get(name) ?? 0) + result.cases);
      peak = Math.max(peak, result.peak);
      if (round > 0 && Date.now() >= end) break;
    }
  }
  child.disconnect();
  for (const [name, cases] of counts) process.stdout.write(`  ${name.padEnd(20)} ${String(cases).padStart(9)} cases\n`);
  const total = [...counts.values()].reduce((sum, cases) => sum + cases, 0);
  process.stdout.write(`${total} cases, none failed; ${Math.round(peak / 2 ** 20)} MB of memory at the most\n`);
}

async function repeat(seed: number, path: string): Promise<void> {
  const child = await start();
  const result = await ask(child, { name: chosen[0]?.name ?? "", seed, runs: 1, path });
  if (result === undefined) return;
  child.disconnect();
  process.stdout.write("that case passes now\n");
}

async function start(): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "worker.ts"), { execArgv: [heapLimit] });
  await once(child, "message");
  return child;
}

/** One round; undefined where it failed, which is told and ends the run. */
async function ask(child: ChildProcess, round: Round): Promise<RoundResult | undefined> {
  const again = `npm run fuzz -- --only "${round.name}" --seed ${round.seed}`;
  const timer = new AbortController();
  const answer = once(child, "message", { signal: timer.signal }).then(([result]) => result as RoundResult);
  const died = once(child, "exit", { signal: timer.signal }).then(
    ([code, signal]) => `the process died (${code ?? signal})`,
  );
  const late = new Promise<string>((resolve) => {
    const handle = setTimeout(resolve, longestRound, "the round does not end");
    timer.signal.addEventListener("abort", () => clearTimeout(handle));
  });
  child.send(round);
  const result = await Promise.race([answer, died, late]);
  timer.abort();
  await Promise.allSettled([answer, died]);
  if (typeof result === "string") {
    child.kill("SIGKILL");
    fail(`${round.name}: ${result}\n  ${again}`);
    return undefined;
  }
  const { failure, peak } = result;
  if (failure !== undefined) {
    const where = failure.input === undefined ? "" : `  the input is in ${keep(round, failure.input)}\n`;
    fail(`${round.name}: ${failure.message}\n${where}  ${again} --path ${failure.path}`);
  } else if (peak > mostMemory) fail(`${round.name}: ${Math.round(peak / 2 ** 20)} MB of memory\n  ${again}`);
  else return result;
  child.disconnect();
  return undefined;
}

function keep({ name, seed }: Round, base64: string): string {
  const folder = join(".slipway", "fuzz");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name.replaceAll(" ", "-")}-${seed}`);
  writeFileSync(file, Buffer.from(base64, "base64"));
  return file;
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
