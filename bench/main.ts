/**
 * `npm run bench`: measures everything in one run and writes docs/benchmarks.md, its results and its plots. `--quick` takes
 * the small sizes only; `--only promotion` measures one kind and keeps what the results have of the others; `--page`
 * measures nothing and writes page and plots anew.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchFormats } from "./formats.ts";
import { benchIndex } from "./index.ts";
import { loadNow, thisMachine } from "./machine.ts";
import { pageFiles } from "./page.ts";
import { findPrograms, type Installed } from "./programs.ts";
import { benchPromotion } from "./promotion.ts";
import { benchRelease } from "./release.ts";
import {
  type Circumstances,
  type Group,
  type Kind,
  kinds,
  measuredAgain,
  parseResults,
  type Results,
  requireComparable,
} from "./results.ts";
import { benchS3 } from "./s3.ts";

const docs = join(import.meta.dirname, "..", "docs");
const resultsFile = join(docs, "benchmarks", "results.json");

/** Payload in megabytes, or packages, or versions and payload, and how often each is measured. */
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
  promotion: [
    [{ published: 1, megabytes: 0 }, 3],
    [{ published: 100, megabytes: 0 }, 3],
    [{ published: 1000, megabytes: 0 }, 3],
    [{ published: 1, megabytes: 1000 }, 3],
  ],
  s3: [
    [100, 3],
    [1000, 3],
  ],
} as const;
const small = {
  formats: [[10, 3]],
  index: [
    [10, 3],
    [1000, 3],
  ],
  release: [[10, 1]],
  promotion: [[{ published: 1, megabytes: 0 }, 3]],
  s3: [[100, 1]],
} as const;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    page: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
const only = kinds.find((kind) => kind === options.only);
if (options.only !== undefined && only === undefined) throw new RangeError(`--only is one of: ${kinds.join(", ")}`);
const before = options.page || only !== undefined ? parseResults(await readFile(resultsFile, "utf8")) : undefined;
const results = options.page && before !== undefined ? before : await measureAndKeep();
for (const [name, text] of Object.entries(pageFiles(results))) await writeFile(join(docs, name), text);
console.log("docs/benchmarks.md shows it.");

async function measureAndKeep(): Promise<Results> {
  const now = { machine: thisMachine(), programs: await findPrograms() };
  if (before !== undefined && only !== undefined) requireComparable(before, now, only);
  const measured = await measure(now, only === undefined ? kinds : [only]);
  const all = before === undefined || only === undefined ? measured : measuredAgain(before, measured, only);
  await writeFile(resultsFile, `${JSON.stringify(all, undefined, 2)}\n`);
  return all;
}

async function measure({ machine, programs }: Circumstances, chosen: readonly Kind[]): Promise<Results> {
  const { quick } = options;
  const load = loadNow();
  const installed = (name: string) => typeof programs[name] === "string";
  const scratch = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  // As every command of Slipway's does: what Node compiled before, it does not compile again.
  process.env["NODE_COMPILE_CACHE"] ??= join(scratch, "compiled");
  const groups: Group[] = [];
  try {
    for (const kind of chosen) groups.push(...(await measureKind(kind, quick ? small : full, installed, scratch)));
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
  return {
    schema: 1,
    machine: { ...machine, load: { before: load, after: loadNow() } },
    quick,
    programs,
    groups,
  };
}

async function measureKind(
  kind: Kind,
  sizes: typeof full | typeof small,
  installed: Installed,
  scratch: string,
): Promise<readonly Group[]> {
  const groups: Group[] = [];
  switch (kind) {
    case "format":
      for (const [size, rounds] of sizes.formats)
        groups.push(...(await benchFormats(size, rounds, installed, join(scratch, "formats"))));
      return groups;
    case "index":
      for (const [size, rounds] of sizes.index)
        groups.push(await benchIndex(size, rounds, installed, join(scratch, "index")));
      return groups;
    case "release":
      for (const [size, rounds] of sizes.release) groups.push(...(await benchRelease(size, rounds, scratch)));
      return groups;
    case "promotion":
      for (const [size, rounds] of sizes.promotion) groups.push(...(await benchPromotion(size, rounds, scratch)));
      return groups;
    case "s3":
      for (const [size, rounds] of sizes.s3) groups.push(await benchS3(size, rounds, scratch));
      return groups;
  }
}
