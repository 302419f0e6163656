import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * All executables of a name on a search path, in its order.
 *
 * @param {string} name without extension
 * @param {{ path: string, platform?: string, pathExtensions?: string }} search `pathExtensions` is Windows' PATHEXT
 * @returns {string[]}
 */
export function findExecutables(name, { path, platform = process.platform, pathExtensions = ".COM;.EXE;.BAT;.CMD" }) {
  const endings = platform === "win32" ? pathExtensions.toLowerCase().split(";") : [""];
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .flatMap((folder) => endings.map((ending) => join(folder, name + ending)))
    .filter((file) => isExecutable(file, platform));
}

/**
 * @param {string} file
 * @param {string} [platform]
 * @returns {boolean} whether the file can be started by this user
 */
export function isExecutable(file, platform = process.platform) {
  try {
    if (!statSync(file).isFile()) return false;
    if (platform !== "win32") accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The search path of an environment. On Windows the variable's name may be spelt `Path`, and `process.env` copied into
 * a plain object no longer ignores case.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function searchPath(env) {
  const key = pathKey(env);
  return env[key] ?? "";
}

/**
 * The environment with folders put first on the search path.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} folders
 * @returns {NodeJS.ProcessEnv}
 */
export function withFoldersFirst(env, folders) {
  const key = pathKey(env);
  return { ...env, [key]: [...folders, env[key]].filter((part) => part !== undefined && part !== "").join(delimiter) };
}

/** @param {NodeJS.ProcessEnv} env */
function pathKey(env) {
  return Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
}
