import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * The folder in which this user's programs keep what can be made again, and Slipway's own part of it.
 *
 * @param {{ platform?: string, env?: NodeJS.ProcessEnv, home?: string }} [machine]
 * @returns {string}
 */
export function cacheFolder({ platform = process.platform, env = process.env, home = homedir() } = {}) {
  return join(userCacheFolder(platform, env, home), "slipway");
}

/**
 * @param {string} platform
 * @param {NodeJS.ProcessEnv} env
 * @param {string} home
 */
function userCacheFolder(platform, env, home) {
  // The XDG base directory specification: a relative path is invalid and ignored.
  const chosen = env["XDG_CACHE_HOME"];
  if (chosen !== undefined && isAbsolute(chosen)) return chosen;
  if (platform === "win32") return env["LOCALAPPDATA"] ?? join(home, "AppData", "Local");
  if (platform === "darwin") return join(home, "Library", "Caches");
  return join(home, ".cache");
}
