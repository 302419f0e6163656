import { run } from "../child.mjs";
import { ensureEngine } from "../engine/engine.mjs";
import { engineEnvironment, nodeEnvironment, withoutOwnStacks } from "../environment.mjs";
import { prepareNode } from "../prepare.mjs";
import { ROOT } from "../repository.mjs";

/** What each switch runs; without one, all of it. */
const SELECTIONS = new Map([
  ["--check", ["format", "types", "unit"]],
  ["--unit", ["unit"]],
]);

/**
 * `npm test`, `npm run check` and `npm run test:unit`. More arguments are words that a test file's path must contain.
 *
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  const [first, ...rest] = args;
  const chosen = SELECTIONS.get(first ?? "");
  const stages = chosen ?? ["format", "types", "unit", "end-to-end"];
  const node = await prepareNode();
  const base = withoutOwnStacks(process.env);
  const env = stages.includes("end-to-end")
    ? engineEnvironment({ base, root: ROOT, node, engine: await ensureEngine({ announce: true }) })
    : nodeEnvironment({ base, node });
  const words = chosen === undefined ? args : rest;
  return run(node.executable, ["bootstrap/testing/run-stages.mjs", stages.join(","), ...words], { cwd: ROOT, env });
}
