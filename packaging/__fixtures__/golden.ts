import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Compares a text with `__golden__/<name>` beside the test; with UPDATE_GOLDEN=1 it is written instead, for a person to
 * read in the diff. `test` is the test's `import.meta.url`.
 */
export function assertGolden(test: string, name: string, actual: string): void {
  const folder = new URL("__golden__/", test);
  const file = new URL(name, folder);
  if (Object.hasOwn(process.env, "UPDATE_GOLDEN")) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, actual);
  }
  assert.equal(actual, readFileSync(file, "utf8"), `${name} differs; UPDATE_GOLDEN=1 rewrites it`);
}
