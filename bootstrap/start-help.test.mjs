import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ROOT } from "./repository.mjs";

test("npm start says what it does and takes before it fetches or does anything", async () => {
  for (const flag of ["--help", "-h"]) {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      join(ROOT, "bootstrap", "start.mjs"),
      flag,
    ]);
    assert.match(stdout, /^npm start \[-- ARGUMENTS\]\n\nBrings the dev stack up/);
    assert.equal(stderr, "");
  }
});
