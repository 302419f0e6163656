import { DEV } from "../backend.mjs";
import { prepareEngine } from "../prepare.mjs";

/**
 * `npm run preview`: what an update of the dev stack would do.
 *
 * @param {string[]} args more arguments for `pulumi preview`
 * @returns {Promise<number>}
 */
export async function main(args) {
  const { pulumi } = await prepareEngine();
  return pulumi(["preview", "--stack", DEV, "--diff", ...args]);
}
