/**
 * `npm run weather -- --kills 300 [--stages] [--seed N] [--log FILE] [--only N]`: kills updates of a dev stack on the real
 * engine, or with `--stages` promotions and ways back of a release stack, until so many kills are counted; looks at the
 * bucket after each, and lets a rerun complete. Every experiment is one line of the log, and a run that is started again
 * with the same log goes on behind its last line.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { serveFolder } from "../../packaging/cli/serve.ts";
import { engineAlone } from "./engine-alone.ts";
import { carryOut, type Outcome, planOf } from "./experiment.ts";
import type { PhaseName } from "./phases.ts";
import { prepareScenes, prepareStages } from "./scenes.ts";

interface Line extends Outcome {
  readonly seed: number;
  readonly experiment: number;
}

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    log: { type: "string" },
    only: { type: "string" },
    stages: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const log = resolve(values.log ?? `.slipway/weather/${values.stages ? "stages-" : ""}${seed}.jsonl`);
const wanted = Number(values.kills);

const endings: (() => unknown)[] = [];
const lines: Line[] = existsSync(log)
  ? readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((it) => JSON.parse(it))
  : [];
mkdirSync(dirname(log), { recursive: true });
try {
  const scenes = await (values.stages ? prepareStages : prepareScenes)({
    after: (ending: unknown) => void endings.push(ending as () => unknown),
    diagnostic: (text: string) => console.log(text),
  });
  const server = await serveFolder(scenes.checkout.bucket, 0);
  endings.push(() => server.close());
  const weather = { scenes, start: await engineAlone(scenes), url: server.url, lasts: new Map<PhaseName, number>() };
  const numbers = values.only === undefined ? undefined : [Number(values.only)];
  for (let next = lines.length; numbers === undefined ? killsOf(lines) < wanted : numbers.length > 0; next++) {
    const experiment = numbers?.pop() ?? next;
    const line = { seed, experiment, ...(await carryOut(weather, planOf(seed, experiment, weather))) };
    if (values.only === undefined) appendFileSync(log, `${JSON.stringify(line)}\n`);
    lines.push(line);
    console.log(`${experiment}: ${line.kills.join("; ") || "no kill"}${line.failures.length === 0 ? "" : ": FAILED"}`);
    for (const failure of line.failures)
      console.log(
        `  ${failure}\n  again: npm run weather -- ${values.stages ? "--stages " : ""}--seed ${seed} --only ${experiment}`,
      );
  }
} finally {
  for (const ending of endings.reverse()) await ending();
}
console.log(tally(lines));
process.exitCode = lines.some(({ failures }) => failures.length > 0) ? 1 : 0;

function killsOf(all: readonly Line[]): number {
  return all.reduce((sum, { kills }) => sum + kills.length, 0);
}

function tally(all: readonly Line[]): string {
  const counts = new Map<string, number>();
  for (const kill of all.flatMap(({ kills }) => kills)) counts.set(kill, (counts.get(kill) ?? 0) + 1);
  const rows = [...counts].sort().map(([kill, count]) => `${String(count).padStart(5)}  ${kill}`);
  const reruns = all.reduce((sum, line) => sum + line.reruns, 0);
  const failed = all.filter(({ failures }) => failures.length > 0).length;
  return `${rows.join("\n")}\n${killsOf(all)} kills in ${all.length} experiments, ${reruns} reruns, ${failed} failed`;
}
