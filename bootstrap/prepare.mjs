import { apart } from "./apart.mjs";
import { ensureDevStack, withBackend } from "./backend.mjs";
import { run } from "./child.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureEngine } from "./engine/engine.mjs";
import { engineEnvironment, nodeEnvironment } from "./environment.mjs";
import { findNode } from "./locked-node.mjs";
import { ROOT } from "./repository.mjs";

/**
 * The locked dependencies installed and the Node that runs the program.
 *
 * @returns {Promise<import("./locked-node.mjs").Node>}
 */
export async function prepareNode() {
  await ensureDependencies(ROOT);
  return findNode(ROOT);
}

/**
 * Everything that a pulumi command needs.
 *
 * @param {{ announce?: boolean, initStack?: boolean }} [how] whether to report an engine that was there already, and
 *   whether the command needs the dev stack
 * @returns {Promise<{
 *   pulumi: (args: string[]) => Promise<number>,
 *   node: (args: string[]) => Promise<number>,
 *   apart: (stack: string) => Promise<string[]>,
 * }>} the first two run in the clone and give the exit code
 */
export async function prepareEngine({ announce = false, initStack = true } = {}) {
  const node = await prepareNode();
  const engine = await ensureEngine({ announce });
  const env = await withBackend(engineEnvironment({ base: process.env, root: ROOT, node, engine }));
  if (initStack) await ensureDevStack(engine.executable, env);
  return {
    pulumi: (args) => run(engine.executable, args, { cwd: ROOT, env }),
    node: (args) => run(node.executable, args, { cwd: ROOT, env }),
    apart: (stack) => apart(engine.executable, env, stack),
  };
}

/**
 * Runs a file of the clone on the locked Node.
 *
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function runNode(args) {
  const node = await prepareNode();
  return run(node.executable, args, { cwd: ROOT, env: nodeEnvironment({ base: process.env, node }) });
}
