/**
 * `npm run bench`: measures everything in one run and writes docs/benchmarks.json, the page and its plots. `--quick` takes
 * the small sizes only; `--page` measures nothing and writes page and plots anew.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchFormats } from "./formats.ts";
import { benchIndex } from "./index.ts";
import { loadNow, thisMachine } from "./machine.ts";
import { pageFiles } from "./page.ts";
import { findPrograms } from "./programs.ts";
import { benchRelease } from "./release.ts";
import { type Group, parseResults, type Results } from "./results.ts";

const docs = join(import.meta.dirname, "..", "docs");
const resultsFile = join(docs, "benchmarks", "results.json");

/** Payload in megabytes, or packages, and how often each is measured. */
const full = {
  formats: [
    [10, 3],
    [130, 3],
    [1000, 1],
  ],
  index: [
    [10, 3],
    [1000, 3],
    [10_000, 3],
  ],
  release: [
    [10, 3],
    [130, 3],
    [1000, 1],
  ],
} as const;
const small = {
  formats: [[10, 3]],
  index: [
    [10, 3],
    [1000, 3],
  ],
  release: [[10, 1]],
} as const;

const options = process.argv.slice(2);
if (!options.includes("--page")) await writeFile(resultsFile, `${JSON.stringify(await measureAll(), undefined, 2)}\n`);
const results = parseResults(await readFile(resultsFile, "utf8"));
for (const [name, text] of Object.entries(pageFiles(results))) await writeFile(join(docs, name), text);
console.log("docs/benchmarks.md shows it.");

async function measureAll(): Promise<Results> {
  const quick = options.includes("--quick");
  const sizes = quick ? small : full;
  const before = loadNow();
  const programs = await findPrograms();
  const installed = (name: string) => typeof programs[name] === "string";
  const scratch = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  // As every command of Slipway's does: what Node compiled before, it does not compile again.
  process.env["NODE_COMPILE_CACHE"] ??= join(scratch, "compiled");
  const groups: Group[] = [];
  try {
    for (const [size, rounds] of sizes.formats)
      groups.push(...(await benchFormats(size, rounds, installed, join(scratch, "formats"))));
    for (const [size, rounds] of sizes.index)
      groups.push(await benchIndex(size, rounds, installed, join(scratch, "index")));
    for (const [size, rounds] of sizes.release) groups.push(...(await benchRelease(size, rounds, scratch)));
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
  return { schema: 1, machine: { ...thisMachine(), load: { before, after: loadNow() } }, quick, programs, groups };
}
