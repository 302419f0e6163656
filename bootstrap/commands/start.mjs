import { DEV } from "../backend.mjs";
import { prepareEngine } from "../prepare.mjs";

/**
 * `npm start`: brings the dev stack up, held to its own preview, then says what is there now.
 *
 * @param {string[]} args more arguments for `pulumi up`
 * @returns {Promise<number>}
 */
export async function main(args) {
  const { pulumi, node } = await prepareEngine({ announce: true });
  const code = await pulumi(["up", "--stack", DEV, "--strict", "--yes", "--suppress-outputs", ...args]);
  if (code !== 0) return code;
  return node(["packaging/cli/main.ts", "summary", "--stack", DEV]);
}
