import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pageFiles } from "./page.ts";
import { verdicts } from "./promises.ts";
import { type Measured, parseResults, type Results } from "./results.ts";

const docs = join(import.meta.dirname, "..", "docs");
const json = readFileSync(join(docs, "benchmarks", "results.json"), "utf8");

test("the page and its plots are what the results give, and nothing else lies beside them", () => {
  const files = pageFiles(parseResults(json));
  for (const [name, text] of Object.entries(files))
    assert.equal(readFileSync(join(docs, name), "utf8"), text, `${name}: run npm run bench -- --page`);
  const beside = readdirSync(join(docs, "benchmarks")).map((name) => `benchmarks/${name}`);
  assert.deepEqual(
    beside.sort(),
    [...Object.keys(files).filter((name) => name.endsWith(".svg")), "benchmarks/results.json"].sort(),
  );
});

test("results of another form are refused", () => {
  const results = JSON.parse(json);
  for (const other of [
    { ...results, schema: 2 },
    { ...results, groups: [] },
    { ...results, more: 1 },
  ])
    assert.throws(() => parseResults(JSON.stringify(other)));
});

const row = (program: string, seconds: number, bytes: number, peakMiB = 100): Measured => ({
  ...{ program, seconds, bytes, peakMiB },
  ...{ cpuSeconds: seconds, runs: 1 },
});

function resultsOf(...rows: Measured[]): Results {
  return { ...parseResults(json), groups: [{ kind: "format", title: ".deb xz", size: 130, rows }] };
}

test("a promise is kept up to its limit and broken beyond it", () => {
  const judge = (mine: Measured) =>
    verdicts(resultsOf(mine, row("nfpm", 40, 1000), row("dpkg-deb -Zxz", 35, 900))).map(({ holds }) => holds);
  assert.deepEqual(judge(row("slipway", 40, 918, 450)), [true, true, true]);
  assert.deepEqual(judge(row("slipway", 40.1, 900)), [false, true, true]);
  assert.deepEqual(judge(row("slipway", 43, 900)), [false, false, true]);
  assert.deepEqual(judge(row("slipway", 30, 919)), [true, false, true]);
  assert.deepEqual(judge(row("slipway", 30, 1001, 451)), [false, false, false]);
});

test("what was not measured is not judged", () => {
  assert.deepEqual(
    verdicts(resultsOf(row("slipway", 40, 900))).map(({ promise }) => promise),
    [".deb xz, 130 MB: 450 MiB of memory at most"],
  );
});
