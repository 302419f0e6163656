import { DEV } from "../backend.mjs";
import { prepareEngine } from "../prepare.mjs";

const help = `npm start [-- ARGUMENTS]

Brings the dev stack up in this clone, held to its own preview: builds, publishes into a folder here, and says
what is there now. What is missing (Node, the engine) is fetched first.

ARGUMENTS go to \`pulumi up\`, such as --refresh (also look for what was altered) or --diff (say each change in full).
What else there is: npm run preview, npm run serve, npm run doctor, npm run slipway -- help.`;

/**
 * `npm start`: brings the dev stack up, held to its own preview, then says what is there now.
 *
 * @param {string[]} args more arguments for `pulumi up`
 * @returns {Promise<number>}
 */
export async function main(args) {
  if (args.some((arg) => arg === "--help" || arg === "-h")) {
    console.log(help);
    return 0;
  }
  const { pulumi, node } = await prepareEngine({ announce: true });
  const code = await pulumi(["up", "--stack", DEV, "--strict", "--yes", "--suppress-outputs", ...args]);
  if (code !== 0) return code;
  return node(["packaging/cli/main.ts", "summary", "--stack", DEV]);
}
