import { globSync } from "node:fs";
import { sep } from "node:path";

/**
 * The test files of a kind, sorted. Those in `tests/` are end-to-end; those that stand beside the code they test are
 * unit tests.
 *
 * @param {string} root
 * @param {"unit" | "end-to-end"} kind
 * @param {string[]} words a file is taken where its path contains one of them; without words, every file is
 * @returns {string[]} relative to the root
 */
export function findTests(root, kind, words) {
  const excluded = new Set(["node_modules", ".slipway", ".git"]);
  return globSync("**/*.test.{ts,mjs}", { cwd: root, exclude: (path) => excluded.has(path.split(sep)[0] ?? "") })
    .filter((file) => file.startsWith(`tests${sep}`) === (kind === "end-to-end"))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort();
}
