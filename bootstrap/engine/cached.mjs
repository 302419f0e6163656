import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../cache-folder.mjs";
import { isExecutable } from "../executable.mjs";
import { withLock } from "../lock.mjs";
import { isAtLeast } from "../version.mjs";

/** A file of this name lies beside an engine that was built, not released. */
export const BUILT_FROM_SOURCE = "built-from-source";

/** @returns {string} the folder that holds one folder per engine version */
export function engineCache() {
  return join(cacheFolder(), "engine");
}

/**
 * The newest engine in the cache that is new enough. A version's folder appears there whole, by a rename, so that it
 * need not be started to be trusted.
 *
 * @param {string} oldest
 * @returns {import("./engine.mjs").Engine | undefined}
 */
export function cachedEngine(oldest) {
  const cache = engineCache();
  if (!existsSync(cache)) return undefined;
  const newest = readdirSync(cache)
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name) && isAtLeast(name, oldest))
    .filter((name) => isExecutable(executableIn(join(cache, name))))
    .sort((one, other) => (isAtLeast(one, other) ? -1 : 1))
    .at(0);
  return newest === undefined ? undefined : engineAt(newest);
}

/**
 * @param {string} folder
 * @returns {string} the path of an engine in a folder
 */
export function executableIn(folder) {
  return join(folder, process.platform === "win32" ? "pulumi.exe" : "pulumi");
}

/**
 * @param {string} version
 * @returns {import("./engine.mjs").Engine}
 */
function engineAt(version) {
  const folder = join(engineCache(), version);
  const fromSource = existsSync(join(folder, BUILT_FROM_SOURCE));
  return { executable: executableIn(folder), version, origin: "from the cache", fromSource };
}

/**
 * Makes an engine's folder under a temporary name and puts it in its place. Two runs that start at once make one.
 *
 * @param {string} version
 * @param {(holder: import("../lock.mjs").Holder | undefined) => void} onWait
 * @param {(work: string) => Promise<string>} make fills the work folder and returns the folder in it that is to be kept
 * @returns {Promise<import("./engine.mjs").Engine>} the engine at its place
 */
export async function keepEngine(version, onWait, make) {
  const cache = engineCache();
  const place = join(cache, version);
  mkdirSync(cache, { recursive: true });
  return withLock(join(cache, `${version}.lock`), onWait, async () => {
    if (!isExecutable(executableIn(place))) {
      const work = mkdtempSync(join(cache, `.${version}-`));
      try {
        const made = await make(work);
        // Only a folder without an engine can lie here: the lock is ours.
        rmSync(place, { recursive: true, force: true });
        renameSync(made, place);
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    }
    return engineAt(version);
  });
}
