import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "../process.ts";
import { scratch } from "./__fixtures__/scratch.ts";

const program = fileURLToPath(new URL("./__fixtures__/write-all.ts", import.meta.url));

/** Runs the program with another umask; only Node can set it without a shell. */
async function digests(folder: string, umask: string, environment: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(folder);
  const start = `process.umask(0o${umask}); await import(process.argv[1])`;
  const args = ["--input-type=module", "--eval", start, program, folder];
  const { stdout } = await run({ file: process.execPath, args, environment, folder });
  return stdout;
}

test("another folder, umask, time zone, locale and number of threads give the same bytes", async (context) => {
  const folder = await scratch(context);
  const here = await digests(join(folder, "a"), "022", { TZ: "UTC", LC_ALL: "C.UTF-8" });
  const there = await digests(join(folder, "ein anderer Ördner"), "077", {
    TZ: "Pacific/Kiritimati",
    LC_ALL: "tr_TR.UTF-8",
    UV_THREADPOOL_SIZE: "1",
  });
  assert.equal(here.split("\n").length, 11);
  assert.equal(there, here);
});
