import assert from "node:assert/strict";
import { basename } from "node:path";
import { test } from "node:test";
import { ROOT } from "../repository.mjs";
import { findTests, LONGEST } from "./find-tests.mjs";

test("the longest test files are there and start first; all others follow by name, each once", () => {
  const files = findTests(ROOT, "end-to-end", []);
  assert.deepEqual(
    files.slice(0, LONGEST.length).map((file) => basename(file)),
    LONGEST,
  );
  const others = files.slice(LONGEST.length);
  assert.deepEqual(others, [...new Set(others)].sort());
});
