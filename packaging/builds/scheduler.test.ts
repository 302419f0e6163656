import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { refusal, SlipwayError } from "../errors.ts";
import { machineBudget, runWithinBudget, type Task } from "./scheduler.ts";

/** Counts what runs at the same time, and ends each task after a few turns of the event loop. */
function recorder() {
  const log: string[] = [];
  const now = { cores: 0, memoryMiB: 0, tasks: 0 };
  const peak = { cores: 0, memoryMiB: 0, tasks: 0 };
  const task = (name: string, cores: number, memoryMiB: number, effort: number, turns = 2): Task<string> => ({
    cores,
    memoryMiB,
    effort,
    run: async () => {
      log.push(name);
      now.cores += cores;
      now.memoryMiB += memoryMiB;
      now.tasks += 1;
      for (const key of ["cores", "memoryMiB", "tasks"] as const) peak[key] = Math.max(peak[key], now[key]);
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      now.cores -= cores;
      now.memoryMiB -= memoryMiB;
      now.tasks -= 1;
      return name;
    },
  });
  return { log, peak, now, task };
}

test("heavy tasks start first, and results keep the order of the tasks", async () => {
  const { task, log } = recorder();
  const tasks = [task("small", 1, 1, 1), task("big", 1, 1, 9), task("middle", 1, 1, 5)];
  assert.deepEqual(await runWithinBudget(tasks, { cores: 1, memoryMiB: 10 }), ["small", "big", "middle"]);
  assert.deepEqual(log, ["big", "middle", "small"]);
});

test("tasks run side by side where the budget allows it", async () => {
  const { task, peak } = recorder();
  await runWithinBudget([task("a", 1, 1, 1), task("b", 1, 1, 1), task("c", 1, 1, 1)], { cores: 2, memoryMiB: 10 });
  assert.deepEqual(peak, { cores: 2, memoryMiB: 2, tasks: 2 });
});

test("memory limits as cores do, and a small task takes the room a large one leaves", async () => {
  const { task, peak, log } = recorder();
  const tasks = [task("xz 1", 1, 400, 9), task("xz 2", 1, 400, 8), task("gzip", 1, 100, 1)];
  await runWithinBudget(tasks, { cores: 8, memoryMiB: 512 });
  assert.deepEqual(log, ["xz 1", "gzip", "xz 2"]);
  assert.equal(peak.memoryMiB, 500);
});

test("a task larger than the budget runs alone", async () => {
  const { task, peak } = recorder();
  const tasks = [task("huge", 16, 9000, 5), task("a", 1, 1, 1), task("b", 1, 1, 1)];
  assert.deepEqual(await runWithinBudget(tasks, { cores: 1, memoryMiB: 0 }), ["huge", "a", "b"]);
  assert.equal(peak.tasks, 1);
});

test("no tasks, no results", async () => {
  assert.deepEqual(await runWithinBudget([], machineBudget()), []);
});

test("the budget is never exceeded and every task runs once", async () => {
  const sizes = fc.record({ cores: fc.integer({ min: 1, max: 4 }), memoryMiB: fc.nat(50), effort: fc.nat(9) });
  const property = fc.asyncProperty(
    fc.array(sizes, { maxLength: 12 }),
    fc.integer({ min: 4, max: 6 }),
    async (all, cores) => {
      const { task, peak, log, now } = recorder();
      const tasks = all.map((size, at) => task(String(at), size.cores, size.memoryMiB, size.effort, size.effort % 4));
      assert.deepEqual(
        await runWithinBudget(tasks, { cores, memoryMiB: 60 }),
        all.map((_, at) => String(at)),
      );
      assert.ok(peak.cores <= cores && peak.memoryMiB <= 60);
      assert.equal(new Set(log).size, all.length);
      assert.equal(now.tasks, 0);
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

const failing = (effort: number, error: unknown): Task<string> => ({
  ...{ cores: 1, memoryMiB: 1, effort },
  run: () => Promise.reject(error),
});

test("a failure starts no further task, and running ones are waited for", async () => {
  const { task, log, now } = recorder();
  const failure = refusal("SLW-FORMAT", "Control field Maintainer is empty.");
  const tasks = [task("waiting", 1, 1, 1), failing(9, failure), task("running", 1, 1, 8, 20)];
  await assert.rejects(runWithinBudget(tasks, { cores: 2, memoryMiB: 10 }), (error) => error === failure);
  assert.deepEqual(log, ["running"]);
  assert.equal(now.tasks, 0);
});

test("several refusals are one error with all mistakes, in the order of the tasks", async () => {
  const tasks = [failing(1, refusal("SLW-BUILD", "First.")), failing(2, refusal("SLW-FORMAT", "Second."))];
  await assert.rejects(runWithinBudget(tasks, { cores: 2, memoryMiB: 10 }), (error) => {
    assert.ok(error instanceof SlipwayError);
    assert.deepEqual(
      error.mistakes.map((mistake) => mistake.message),
      ["First.", "Second."],
    );
    return true;
  });
});

test("failures that are not refusals are all reported too", async () => {
  const tasks = [failing(1, refusal("SLW-BUILD", "First.")), failing(2, new RangeError("second"))];
  await assert.rejects(runWithinBudget(tasks, { cores: 2, memoryMiB: 10 }), (error) => {
    assert.ok(error instanceof AggregateError);
    assert.equal(error.errors.length, 2);
    assert.match(error.message, /First\.[\s\S]*second/);
    return true;
  });
});

test("this machine's budget allows work", () => {
  const budget = machineBudget();
  assert.ok(Number.isInteger(budget.cores) && budget.cores >= 1);
  assert.ok(Number.isInteger(budget.memoryMiB) && budget.memoryMiB > 0);
});
