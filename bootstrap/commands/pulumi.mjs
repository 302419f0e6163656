import { prepareEngine } from "../prepare.mjs";

/** Commands that must not find a stack that was just made for them, or have no use for one. */
const WITHOUT_STACK = new Set(["stack", "login", "logout", "whoami", "version", "help", "--help", "-h", "--version"]);

/**
 * `npm run pulumi -- ARGS`: any pulumi command in the prepared environment. Without `--stack` it is about `dev`.
 *
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  const initStack = args[0] !== undefined && !WITHOUT_STACK.has(args[0]);
  const { pulumi } = await prepareEngine({ initStack });
  return pulumi(args);
}
