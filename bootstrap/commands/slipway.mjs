import { diagnose, renderDiagnosis } from "../doctor.mjs";
import { runNode } from "../prepare.mjs";

/**
 * `npm run slipway -- ARGS`. `doctor` is answered here: it must work where nothing is installed yet.
 *
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  if (args[0] !== "doctor") return runNode(["packaging/cli/main.ts", ...args]);
  const diagnosis = await diagnose();
  console.log(args.includes("--json") ? JSON.stringify(diagnosis, null, 2) : renderDiagnosis(diagnosis));
  return diagnosis.ready ? 0 : 1;
}
