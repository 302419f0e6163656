import { globSync } from "node:fs";
import { basename, sep } from "node:path";

/** They start before all others: one that starts last keeps one core busy for minutes while the rest have nothing to do. */
export const LONGEST = ["weather.test.ts", "promotion.test.ts", "promotion-refused.test.ts", "loss.test.ts"];

/**
 * The test files of a kind, the longest first and then sorted. Those in `tests/` are end-to-end; those that stand beside the code they test are
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
    .sort()
    .sort((a, b) => place(a) - place(b));
}

/** @param {string} file */
function place(file) {
  const at = LONGEST.indexOf(basename(file));
  return at === -1 ? LONGEST.length : at;
}
