import { realpathSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";
import { capture } from "../child.mjs";
import { findExecutables, searchPath } from "../executable.mjs";
import { isAtLeast, parseVersion } from "../version.mjs";
import { engineCache } from "./cached.mjs";

/**
 * The first `pulumi` on the search path that is new enough.
 *
 * @param {string} oldest
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ engine?: import("./engine.mjs").Engine, tried: import("./engine.mjs").Attempt[] }>}
 */
export async function engineOnPath(oldest, env = process.env) {
  /** @type {import("./engine.mjs").Attempt[]} */
  const tried = [];
  const path = searchPath(env);
  for (const executable of findExecutables("pulumi", { path }).filter(isUsersOwn)) {
    const { code, stdout, stderr } = await capture(executable, ["version"], {
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: 60_000,
    });
    const version = parseVersion(stdout)?.join(".");
    if (code !== 0 || version === undefined)
      tried.push({ way: executable, outcome: `exit code ${code}: ${stderr.trim()}` });
    else if (!isAtLeast(version, oldest))
      tried.push({ way: executable, outcome: `${version} is older than ${oldest}` });
    else if (!hasLanguageHost(executable, path)) tried.push({ way: executable, outcome: "has no Node language host" });
    else return { engine: { executable, version, origin: `at ${executable}`, fromSource: false }, tried };
  }
  if (tried.length === 0) tried.push({ way: "pulumi on PATH", outcome: "not there" });
  return { tried };
}

/**
 * npm puts the download wrapper of this project's lockfile on the search path, and a command that another one started
 * finds the cached engine there: neither is an engine of the user's own.
 *
 * @param {string} executable
 */
function isUsersOwn(executable) {
  return !executable.includes(join("node_modules", ".bin") + sep) && !executable.startsWith(engineCache() + sep);
}

/**
 * Every release has the Node language host beside the executable (or beside the file that a link leads to); some
 * distributions put it elsewhere on the search path.
 *
 * @param {string} executable
 * @param {string} path
 */
function hasLanguageHost(executable, path) {
  const folders = [dirname(executable), dirname(realpathSync(executable)), path].join(delimiter);
  return findExecutables("pulumi-language-nodejs", { path: folders }).length > 0;
}
