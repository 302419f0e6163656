/**
 * `npm run weather -- --flips 50 [--seed N] [--only N]`: alters objects of the bucket by chance before an update that
 * refreshes, so many times, and tells what it did not mend.
 */
import { parseArgs } from "node:util";
import { chanceOf } from "./chance.ts";
import { mendFlips } from "./flips.ts";
import { prepareScenes } from "./scenes.ts";

const { values } = parseArgs({
  options: { flips: { type: "string" }, seed: { type: "string", default: "1" }, only: { type: "string" } },
});
const count = Number(values.flips);
if (!Number.isSafeInteger(count) || count < 1) throw new RangeError("--flips is a whole number above 0");
const all = Array.from({ length: count }, (_, at) => at);
const seed = Number(values.seed);

const endings: (() => unknown)[] = [];
let failed = 0;
try {
  const scenes = await prepareScenes({
    after: (ending: unknown) => void endings.push(ending as () => unknown),
    diagnostic: (text: string) => console.log(text),
  });
  for (const experiment of values.only === undefined ? all : [Number(values.only)]) {
    const failures = await mendFlips(scenes, chanceOf(seed, experiment));
    console.log(`${experiment}: ${failures.length === 0 ? "mended" : failures.join("\n  ")}`);
    if (failures.length === 0) continue;
    failed += 1;
    console.log(`  again: npm run weather -- --flips 1 --seed ${seed} --only ${experiment}`);
  }
} finally {
  for (const ending of endings.reverse()) await ending();
}
console.log(`${count} times, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
