import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { capture } from "../child.mjs";
import { isExecutable } from "../executable.mjs";
import { beginStep } from "../report.mjs";
import { ROOT } from "../repository.mjs";
import { isAtLeast } from "../version.mjs";
import { executableIn, keepEngine } from "./cached.mjs";

/** Set to "never", it spares a machine that is known to have no way out the useless request. */
const SWITCH = "SLIPWAY_ENGINE_DOWNLOAD";

/**
 * Gets the official release. The locked npm package `pulumi` is a wrapper that downloads the release of its own version
 * with Pulumi's install script and then runs it; PULUMI_HOME says into which folder.
 *
 * @param {string} oldest
 * @returns {Promise<{ engine: import("./engine.mjs").Engine } | import("./engine.mjs").Attempt>}
 */
export async function downloadEngine(oldest) {
  const way = "download of the official release";
  if (process.env[SWITCH] === "never") return { way, outcome: `not wanted (${SWITCH}=never)` };
  const wrapper = join(ROOT, "node_modules", "pulumi");
  if (!existsSync(wrapper)) return { way, outcome: "the npm package pulumi is not installed" };
  const { version } = JSON.parse(readFileSync(join(wrapper, "package.json"), "utf8"));
  if (!isAtLeast(version, oldest)) return { way, outcome: `the npm package pulumi is ${version}` };

  const step = beginStep("engine", `downloading pulumi ${version}`);
  try {
    const engine = await keepEngine(
      version,
      () => step.update(`another run is downloading pulumi ${version}; waiting`),
      (work) => download(join(wrapper, "run.js"), version, work),
    );
    step.end(`pulumi ${version} downloaded`);
    return { engine };
  } catch (error) {
    const outcome = error instanceof Error ? error.message : String(error);
    step.end(`pulumi ${version} could not be downloaded (${outcome})`);
    return { way, outcome };
  }
}

/**
 * @param {string} wrapper
 * @param {string} version
 * @param {string} work
 * @returns {Promise<string>} the folder that holds the release's executables
 */
async function download(wrapper, version, work) {
  const { code, stderr } = await capture(process.execPath, [wrapper, "version"], {
    env: { ...process.env, PULUMI_HOME: work, PULUMI_VERSION: version, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  const folder = join(work, "versions", version, "bin");
  if (code !== 0 || !isExecutable(executableIn(folder))) {
    throw new Error(
      stderr
        .trim()
        .split("\n")
        .at(-1)
        ?.replace(/^pulumi: /, "") ?? `exit code ${code}`,
    );
  }
  return folder;
}
