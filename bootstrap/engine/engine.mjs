/**
 * Where the Pulumi engine comes from, in order: the search path, the user's cache, the official release (downloaded by
 * the locked npm package `pulumi`), a build from the Go module proxy.
 */
import { Refusal } from "../refusal.mjs";
import { reportStep } from "../report.mjs";
import { cachedEngine, engineCache } from "./cached.mjs";
import { downloadEngine } from "./download.mjs";
import { buildEngine } from "./go-build.mjs";
import { engineOnPath } from "./on-path.mjs";

/** The oldest engine that the program was run on; also the one that is built from source. */
export const OLDEST_ENGINE = "3.250.0";

/**
 * @typedef {object} Engine
 * @property {string} executable
 * @property {string} version without a leading v
 * @property {string} origin words for people: "from the cache"
 * @property {boolean} fromSource it was built here: its language host is this project's, and plugins are not fetched
 */

/**
 * One way to an engine that was tried in vain.
 *
 * @typedef {{ way: string, outcome: string }} Attempt
 */

/**
 * An engine that is there already.
 *
 * @returns {Promise<{ engine: Engine | undefined, tried: Attempt[] }>}
 */
export async function findEngine() {
  const onPath = await engineOnPath(OLDEST_ENGINE);
  if (onPath.engine !== undefined) return { engine: onPath.engine, tried: [] };
  const cached = cachedEngine(OLDEST_ENGINE);
  if (cached !== undefined) return { engine: cached, tried: [] };
  return { engine: undefined, tried: [...onPath.tried, { way: `cache ${engineCache()}`, outcome: "empty" }] };
}

/**
 * An engine that is there, else one that was got. Reports what it found.
 *
 * @param {{ announce: boolean }} how whether an engine that was there already deserves a line
 * @returns {Promise<Engine>}
 * @throws {Refusal} that lists all that was tried
 */
export async function ensureEngine({ announce }) {
  const started = performance.now();
  const { engine, tried } = await findEngine();
  if (engine !== undefined) {
    if (announce) reportStep("engine", `pulumi ${engine.version} ${engine.origin}`, started);
    return engine;
  }
  for (const get of [downloadEngine, buildEngine]) {
    const got = await get(OLDEST_ENGINE);
    if ("engine" in got) return got.engine;
    tried.push(got);
  }
  const list = tried.map(({ way, outcome }) => `  ${way}: ${outcome}`).join("\n");
  throw new Refusal(
    `No Pulumi engine ${OLDEST_ENGINE} or newer was found, and none could be got:\n${list}\n` +
      "Install the Pulumi command line (pulumi.com/docs/install) or Go 1.25 or newer, then run the command again.",
  );
}
