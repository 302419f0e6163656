import { runNode } from "../prepare.mjs";

/**
 * Runs a file of the clone on the locked Node: `node bootstrap/node.mjs FILE ARGS`.
 *
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  return runNode(args);
}
