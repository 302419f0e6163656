import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findExecutables, searchPath } from "./executable.mjs";

/**
 * How to start npm: the one that runs this command, else the one beside the running Node, else the one on the search
 * path. Node runs npm's own file, because Windows has no other way to start it without a shell.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ program: string, args: string[] } | undefined}
 */
export function findNpm(env = process.env) {
  const cli = [env["npm_execpath"], ...besideNode(process.execPath), ...onPath(env)].find(
    (file) => file !== undefined && basename(file) === "npm-cli.js" && existsSync(file),
  );
  if (cli === undefined) return undefined;
  return { program: env["npm_node_execpath"] ?? process.execPath, args: [cli] };
}

/** @param {string} node */
function besideNode(node) {
  const inside = ["node_modules", "npm", "bin", "npm-cli.js"];
  return [join(dirname(node), ...inside), join(dirname(dirname(node)), "lib", ...inside)];
}

/** @param {NodeJS.ProcessEnv} env */
function onPath(env) {
  return findExecutables("npm", { path: searchPath(env) }).flatMap((file) => [
    realpathSync(file),
    join(dirname(file), "node_modules", "npm", "bin", "npm-cli.js"),
  ]);
}
