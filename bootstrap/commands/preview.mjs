import { DEV } from "../backend.mjs";
import { prepareEngine } from "../prepare.mjs";
import { namedStack } from "../stack-argument.mjs";

/**
 * `npm run preview`: what an update of the dev stack would do, or of the one that `--stack` names.
 *
 * @param {string[]} args more arguments for `pulumi preview`
 * @returns {Promise<number>}
 */
export async function main(args) {
  const stack = namedStack(args) ?? DEV;
  const { pulumi, apart } = await prepareEngine({ initStack: stack === DEV });
  const more = stack === DEV ? ["--stack", DEV] : await apart(stack);
  return pulumi(["preview", "--diff", ...more, ...args]);
}
