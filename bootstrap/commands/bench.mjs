import { prepareEngine } from "../prepare.mjs";

/**
 * `npm run bench`: measures this clone against the programs that are installed here, and writes docs/benchmarks.md.
 *
 * @param {string[]} args `--quick`, `--only KIND`, `--page`
 * @returns {Promise<number>}
 */
export async function main(args) {
  const { node } = await prepareEngine({ initStack: false });
  return node(["bench/main.ts", ...args]);
}
