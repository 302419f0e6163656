import { capture } from "./child.mjs";
import { dependenciesInstalled } from "./dependencies.mjs";
import { findEngine, OLDEST_ENGINE } from "./engine/engine.mjs";
import { findGo, OLDEST_GO } from "./engine/go-build.mjs";
import { findExecutables, searchPath } from "./executable.mjs";
import { findNode } from "./locked-node.mjs";
import { findNpm } from "./npm.mjs";
import { wantRcodesign } from "./rcodesign.mjs";
import { ROOT } from "./repository.mjs";
import { isAtLeast, parseVersion } from "./version.mjs";

/**
 * @typedef {object} Finding
 * @property {string} name
 * @property {"there" | "gettable" | "missing"} state `gettable`: `npm start` gets it
 * @property {boolean} needed whether `npm start` cannot do without it
 * @property {string} detail what was found, or what to do
 */

/**
 * What this machine has of all that `npm start` and `npm test` use, without changing anything.
 *
 * @returns {Promise<{ ready: boolean, findings: Finding[] }>} `ready`: `npm start` can work
 */
export async function diagnose() {
  const npm = findNpm();
  const go = await findGo();
  const installed = dependenciesInstalled(ROOT);
  const findings = [
    there("node", true, `${process.versions.node} runs the bootstrap`),
    npm === undefined
      ? missing("npm", !installed, "install it: it comes with Node")
      : there("npm", !installed, npm.args.join(" ")),
    packages(installed, npm !== undefined),
    await lockedNode(installed),
    await engine(go),
    describeGo(go),
    await git(),
    ...(await rcodesign()),
  ];
  return { ready: findings.every(({ needed, state }) => !needed || state !== "missing"), findings };
}

/**
 * @param {{ ready: boolean, findings: Finding[] }} diagnosis
 * @returns {string} a table and a closing sentence
 */
export function renderDiagnosis({ ready, findings }) {
  const rows = findings.map(({ name, state, needed, detail }) => {
    const word = state === "missing" && !needed ? "not there" : state;
    return `${name.padEnd(10)}${word.padEnd(11)}${detail}`;
  });
  return [...rows, "", ready ? "npm start can work." : "npm start cannot work until what is missing is there."].join(
    "\n",
  );
}

/**
 * @param {boolean} installed
 * @param {boolean} npm
 * @returns {Finding}
 */
function packages(installed, npm) {
  if (installed) return there("packages", true, "as package-lock.json says");
  if (npm) return gettable("packages", "npm ci installs them");
  return missing("packages", true, "they need npm");
}

/**
 * @param {boolean} installed
 * @returns {Promise<Finding>}
 */
async function lockedNode(installed) {
  const name = "node 24";
  if (!installed) return gettable(name, "comes with the packages");
  try {
    const node = await findNode(ROOT);
    return there(
      name,
      true,
      `${node.version} ${node.locked ? "from package-lock.json" : "the running one; no locked one for this machine"}`,
    );
  } catch (error) {
    return missing(name, true, error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {{ version: string } | undefined} go
 * @returns {Promise<Finding>}
 */
async function engine(go) {
  const { engine: found, tried } = await findEngine();
  if (found !== undefined) return there("engine", true, `pulumi ${found.version} ${found.origin}`);
  if (go !== undefined && isAtLeast(go.version, OLDEST_GO)) {
    return gettable("engine", `pulumi: downloaded, else built with go ${go.version} (minutes, once)`);
  }
  const list = tried.map(({ way, outcome }) => `${way}: ${outcome}`).join("; ");
  return gettable("engine", `pulumi ${OLDEST_ENGINE} or newer is downloaded where the network allows it (${list})`);
}

/**
 * @param {{ version: string } | undefined} go
 * @returns {Finding}
 */
function describeGo(go) {
  if (go === undefined) return missing("go", false, "only needed where the engine can neither be found nor downloaded");
  return there("go", false, go.version);
}

/** @returns {Promise<Finding>} */
async function git() {
  const executable = findExecutables("git", { path: searchPath(process.env) })[0];
  if (executable === undefined) return missing("git", false, "only needed to clone and to commit");
  const { stdout } = await capture(executable, ["--version"]);
  return there("git", false, parseVersion(stdout)?.join(".") ?? executable);
}

/**
 * Named only where a stack of this checkout has an identity that signs programs for Macs.
 *
 * @returns {Promise<Finding[]>}
 */
async function rcodesign() {
  const wanting = await wantRcodesign(ROOT);
  if (wanting.length === 0) return [];
  const stacks = `slipway:keys.application of ${wanting.join(", ")}`;
  const executable = findExecutables("rcodesign", { path: searchPath(process.env) })[0];
  if (executable === undefined) {
    return [missing("rcodesign", false, `signs programs for Macs (${stacks}): cargo install apple-codesign`)];
  }
  const { stdout } = await capture(executable, ["--version"]);
  return [there("rcodesign", false, `${parseVersion(stdout)?.join(".") ?? executable}, for ${stacks}`)];
}

/**
 * @param {string} name
 * @param {boolean} needed
 * @param {string} detail
 * @returns {Finding}
 */
function there(name, needed, detail) {
  return { name, state: "there", needed, detail };
}

/**
 * @param {string} name
 * @param {string} detail
 * @returns {Finding}
 */
function gettable(name, detail) {
  return { name, state: "gettable", needed: true, detail };
}

/**
 * @param {string} name
 * @param {boolean} needed
 * @param {string} detail
 * @returns {Finding}
 */
function missing(name, needed, detail) {
  return { name, state: "missing", needed, detail };
}
