import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pageFiles } from "./page.ts";
import { verdicts } from "./promises.ts";
import { type Measured, measuredAgain, parseResults, type Results, requireComparable } from "./results.ts";

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

test("an .msi takes half of wixl's time and no more bytes; .pkg, .msi and .zip take 300 MB of memory", () => {
  const judge = (title: string, mine: Measured, peer: Measured) => {
    const groups = [{ kind: "format" as const, title, size: 130, rows: [mine, peer] }];
    return verdicts({ ...parseResults(json), groups }).map(({ holds }) => holds);
  };
  assert.deepEqual(judge(".msi", row("slipway", 5, 1000), row("wixl", 10, 1000)), [true, true]);
  assert.deepEqual(judge(".msi", row("slipway", 5.1, 1000), row("wixl", 10, 1000)), [false, true]);
  assert.deepEqual(judge(".msi", row("slipway", 5, 1001, 287), row("wixl", 10, 1000)), [false, false]);
  assert.deepEqual(judge(".pkg", row("slipway", 10.1, 900), row("bsdtar odc (6) in xar", 10, 1000)), [false, true]);
  assert.deepEqual(judge(".tar.gz", row("slipway", 20, 900, 400), row("bsdtar tar.gz (6)", 10, 900)), []);
});

test("what was not measured is not judged", () => {
  assert.deepEqual(
    verdicts(resultsOf(row("slipway", 40, 900))).map(({ promise }) => promise),
    [".deb xz, 130 MB: 450 MiB of memory at most"],
  );
});

/** Results of one promotion that took so many seconds beside an update that took ten. */
function promotionOf(seconds: number, title = "promotion"): Results {
  const { bytes: _, ...idle } = row("update with nothing to do", 10, 0);
  const rows = [{ ...idle, program: "slipway", seconds }, idle];
  return { ...parseResults(json), groups: [{ kind: "promotion", title, size: 100, rows }] };
}

test("a promotion may take twice an update with nothing to do; reading each byte may take what it takes", () => {
  const judge = (...of: Parameters<typeof promotionOf>) => verdicts(promotionOf(...of)).map(({ holds }) => holds);
  assert.deepEqual(judge(20), [true]);
  assert.deepEqual(judge(20.1), [false]);
  assert.deepEqual(judge(60, "promotion, 1000 MB of payload, each byte read"), []);
  assert.match(pageFiles(promotionOf(15))["benchmarks.md"] ?? "", /\| promotion \| 100 \| \*\*slipway\*\* \| 15\.0 \|/);
});

test("one more version may take 1.5 times the second's time and requests, however many there are", () => {
  const groupOf = (seconds: number, requests: number) => {
    const { bytes: _, ...other } = { ...row("the second version", 10, 0), requests: 200 };
    const rows = [{ ...other, program: "slipway", seconds, requests }, other];
    return { ...parseResults(json), groups: [{ kind: "s3" as const, title: "the next version", size: 1000, rows }] };
  };
  const judge = (...of: Parameters<typeof groupOf>) => verdicts(groupOf(...of)).map(({ holds }) => holds);
  assert.deepEqual(judge(15, 300), [true]);
  assert.deepEqual(judge(15.1, 300), [false]);
  assert.deepEqual(judge(15, 301), [false]);
  assert.match(
    pageFiles(groupOf(11, 210))["benchmarks.md"] ?? "",
    /\| 1,000 \| \*\*slipway\*\* \| 11\.0 \|.*\| 210 \|/,
  );
});

test("one kind that is measured again takes its own place, and its load is told", () => {
  const before = resultsOf(row("slipway", 40, 918));
  const load = { before: 0.25, after: 1.5 };
  const again = measuredAgain(before, { ...promotionOf(15), machine: { ...before.machine, load } }, "promotion");
  const twice = measuredAgain(again, { ...promotionOf(12), machine: { ...before.machine, load } }, "promotion");
  assert.deepEqual(twice.groups, [...before.groups, ...promotionOf(12).groups]);
  assert.deepEqual(twice.machine, before.machine);
  assert.deepEqual(parseResults(JSON.stringify(twice)), twice);
  assert.match(pageFiles(twice)["benchmarks.md"] ?? "", /with this load: promotion: 0\.25 and 1\.5\./);
});

test("figures of another machine, or of other programs where those take part, are not added", () => {
  const before = parseResults(json);
  const { load: _, ...machine } = before.machine;
  const programs = { ...before.programs, nfpm: null };
  requireComparable(before, { machine, programs }, "promotion");
  assert.throws(() => requireComparable(before, { machine, programs }, "format"), /of other programs/);
  const other = { ...machine, cores: machine.cores + 1 };
  assert.throws(() => requireComparable(before, { machine: other, programs: before.programs }, "release"), /machine/);
});
