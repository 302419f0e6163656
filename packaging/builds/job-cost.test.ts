import assert from "node:assert/strict";
import { test } from "node:test";
import type { FormatOptions } from "../artifact.ts";
import { courier } from "../formats/windows/installer/__fixtures__/courier.ts";
import { testJob } from "./__fixtures__/test-job.ts";
import { costOf } from "./job-cost.ts";

const job = (bytes: number, format: FormatOptions) => ({ ...testJob("a", "demo", "x".repeat(bytes)), format });
const deb = (compression: "xz" | "gzip" | "zstd"): FormatOptions => ({
  kind: "deb",
  compression,
  control: [],
  scripts: {},
});

test("xz needs two cores and the most memory, and starts before what is quick", () => {
  const xz = costOf(job(1000, deb("xz")));
  assert.deepEqual([xz.cores, xz.memoryMiB], [2, 400]);
  const archives = (["tar.zst", "tar.gz", "zip"] as const).map((kind) => ({ kind, root: "r" }));
  for (const other of [deb("gzip"), deb("zstd"), courier, ...archives]) {
    const cost = costOf(job(1000, other));
    assert.equal(cost.cores, 1);
    assert.ok(cost.memoryMiB < xz.memoryMiB && cost.effort < xz.effort);
  }
});

test("effort grows with the tree, memory does not", () => {
  const [small, large] = [costOf(job(1000, deb("xz"))), costOf(job(2000, deb("xz")))];
  assert.equal(large.effort, 2 * small.effort);
  assert.equal(large.memoryMiB, small.memoryMiB);
});
