import { diagnose, renderDiagnosis } from "../doctor.mjs";
import { prepareEngine, runNode } from "../prepare.mjs";

/**
 * `npm run slipway -- ARGS`. `doctor` is answered here: it must work where nothing is installed yet. `summary` asks the
 * engine about a stack.
 *
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  const command = ["packaging/cli/main.ts", ...args];
  if (args[0] === "summary") return (await prepareEngine({ initStack: false })).node(command);
  if (args[0] !== "doctor") return runNode(command);
  const diagnosis = await diagnose();
  console.log(args.includes("--json") ? JSON.stringify(diagnosis, null, 2) : renderDiagnosis(diagnosis));
  return diagnosis.ready ? 0 : 1;
}
