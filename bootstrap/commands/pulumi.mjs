import { DEV } from "../backend.mjs";
import { prepareEngine } from "../prepare.mjs";
import { namedStack } from "../stack-argument.mjs";

/** Commands that must not find a stack that was just made for them, or have no use for one. */
const WITHOUT_STACK = new Set(["stack", "login", "logout", "whoami", "version", "help", "--help", "-h", "--version"]);

/**
 * `npm run pulumi -- ARGS`: any pulumi command in the prepared environment. Without `--stack` it is about `dev`.
 *
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  // The state may be a team's: no stack is made there that the command is not about.
  const aboutDev = (namedStack(args) ?? (process.env["PULUMI_STACK"] || DEV)) === DEV;
  const initStack = aboutDev && args[0] !== undefined && !WITHOUT_STACK.has(args[0]);
  const { pulumi } = await prepareEngine({ initStack });
  return pulumi(args);
}
