/**
 * Runs the stages of a test run under the locked Node, in order, and closes with `N passed, N failed`. A stage that
 * fails does not stop the next: one run says all that is wrong.
 *
 * `node bootstrap/testing/run-stages.mjs format,types,unit,end-to-end [WORDS]`
 */
import { availableParallelism } from "node:os";
import { run } from "../child.mjs";
import { ROOT } from "../repository.mjs";
import { findTests } from "./find-tests.mjs";
import { runTests } from "./run-tests.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const [names = "", ...words] = process.argv.slice(2);

/** @type {Record<string, () => Promise<Counts>>} */
const stages = {
  format: () =>
    runTool("formatting and lint", "node_modules/@biomejs/biome/bin/biome", ["ci", "--diagnostic-level=warn", "."]),
  types: () => runTool("types", "node_modules/typescript/bin/tsc", ["--noEmit"]),
  unit: () => runTests(findTests(ROOT, "unit", words), availableParallelism()),
  // Each of these drives an engine with processes of its own.
  "end-to-end": () => runTests(findTests(ROOT, "end-to-end", words), 2),
};

const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of names.split(",")) {
  const stage = stages[name];
  if (stage === undefined) throw new Error(`there is no test stage ${name}`);
  console.log(`\n${name}`);
  const counts = await stage();
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
const skipped = total.skipped === 0 ? "" : `, ${total.skipped} skipped`;
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/**
 * A tool of the lockfile that checks the whole tree counts as one test.
 *
 * @param {string} title
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<Counts>}
 */
async function runTool(title, file, args) {
  const started = performance.now();
  const code = await run(process.execPath, [file, ...args], { cwd: ROOT, env: process.env });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? "✔" : "✖"} ${title} (${seconds} s)`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}
