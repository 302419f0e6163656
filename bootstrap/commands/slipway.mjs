import { diagnose, renderDiagnosis } from "../doctor.mjs";
import { prepareEngine, runNode } from "../prepare.mjs";
import { namedStack } from "../stack-argument.mjs";

/** Commands that ask the engine about a stack, or run it. */
const WITH_ENGINE = new Set(["summary", "rollback", "promote"]);

/**
 * `npm run slipway -- ARGS`. `doctor` is answered here: it must work where nothing is installed yet. With `--stack` it also
 * asks the places that the stack publishes to, once what that takes is installed.
 *
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  const command = ["packaging/cli/main.ts", ...args];
  const engine = args[0] !== undefined && WITH_ENGINE.has(args[0]);
  if (engine && !asksForHelp(args)) return (await prepareEngine({ initStack: false })).node(command);
  if (args[0] !== "doctor") return runNode(command);
  const diagnosis = await diagnose();
  console.log(args.includes("--json") ? JSON.stringify(diagnosis, null, 2) : renderDiagnosis(diagnosis));
  const stack = namedStack(args);
  if (!diagnosis.ready || stack === undefined || args.includes("--json")) return diagnosis.ready ? 0 : 1;
  console.log("");
  return runNode(["packaging/cli/main.ts", "preflight", "--stack", stack]);
}

/** @param {string[]} args */
function asksForHelp(args) {
  return args.includes("--help") || args.includes("-h");
}
