import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { repository } from "../engine/checkout.ts";
import { runIn } from "../engine/command.ts";
import { scratchFolder } from "../engine/scratch.ts";
import { shellcheck } from "../tools.ts";

const check = (folder: string, ...args: readonly string[]) =>
  runIn({ folder }, shellcheck(), ["--norc", "--format=gcc", ...args]);

test("shellcheck finds nothing in the shell scripts", async () => {
  const files = execFileSync("git", ["ls-files", "packaging/runtime/assets/*.sh", ".ci/run"], { cwd: repository });
  const scripts = files.toString().trim().split("\n");
  for (const script of scripts) {
    // A hook is a part of a maintainer script, which has the first line.
    const named = (await readFile(join(repository, script), "utf8")).startsWith("#!");
    const { code, text } = await check(repository, ...(named ? [] : ["--shell=sh"]), script);
    assert.deepEqual({ code, text }, { code: 0, text: "" });
  }
  assert.ok(scripts.length >= 4);
});

test("shellcheck finds what is wrong in a script", async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, "wrong.sh"), "#!/bin/sh\nset -o pipefail\nrm -r $1\n");
  const { code, text } = await check(folder, "wrong.sh");
  assert.equal(code, 1, text);
  for (const rule of ["SC3040", "SC2086"]) assert.match(text, new RegExp(`\\[${rule}\\]`));
});
