import { run } from "node:test";
import { spec } from "node:test/reporters";
import { ROOT } from "../repository.mjs";

/** A test that has hung must not hold a CI machine for ever, in milliseconds. */
const TIMEOUT = 20 * 60_000;

/**
 * Runs test files, each in a process of its own, and prints them as a tree.
 *
 * @param {string[]} files relative to the clone
 * @param {number} concurrency how many files at a time
 * @returns {Promise<import("./run-stages.mjs").Counts>} a cancelled test, and a file that breaks before its first test, have failed
 */
export async function runTests(files, concurrency) {
  if (files.length === 0) {
    console.log("no test file");
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const events = run({ files, concurrency, cwd: ROOT, timeout: TIMEOUT });
  events.on("test:summary", ({ file, counts: seen }) => {
    // One summary per file, then one for all.
    if (file !== undefined) return;
    counts.passed = seen.passed;
    counts.failed = seen.tests - seen.passed - seen.skipped - seen.todo;
    counts.skipped = seen.skipped + seen.todo;
  });
  for await (const text of events.compose(new spec())) process.stdout.write(text);
  return counts;
}
