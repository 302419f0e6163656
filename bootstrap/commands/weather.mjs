import { run } from "../child.mjs";
import { ensureEngine } from "../engine/engine.mjs";
import { engineEnvironment, withoutOwnStacks } from "../environment.mjs";
import { prepareNode } from "../prepare.mjs";
import { ROOT } from "../repository.mjs";

/**
 * `npm run weather -- --kills 300`: updates killed on the real engine, for as long as it takes, with `--stages` those of a
 * release stack; `-- --flips 50`: objects of the bucket altered before an update.
 *
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  const node = await prepareNode();
  const engine = await ensureEngine({ announce: true });
  const env = engineEnvironment({ base: withoutOwnStacks(process.env), root: ROOT, node, engine });
  const program = args.includes("--flips") ? "tests/weather/flips-main.ts" : "tests/weather/main.ts";
  return run(node.executable, [program, ...args], { cwd: ROOT, env });
}
