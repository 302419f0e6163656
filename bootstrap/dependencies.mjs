import { existsSync, lstatSync, readFileSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { capture } from "./child.mjs";
import { withLock } from "./lock.mjs";
import { lockedNode } from "./locked-node.mjs";
import { isMadeFor, thisMachine } from "./machine.mjs";
import { findNpm } from "./npm.mjs";
import { Refusal } from "./refusal.mjs";
import { beginStep } from "./report.mjs";

/**
 * @typedef {import("./machine.mjs").Restricted & { version?: string, integrity?: string, optional?: boolean }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages keyed by folder, `""` for the project itself
 */

/**
 * Whether what is installed is what the lockfile says.
 *
 * @param {LockedPackages} locked
 * @param {LockedPackages} installed npm's own note of what it installed (`node_modules/.package-lock.json`)
 * @param {(folder: string) => boolean} exists
 * @param {import("./machine.mjs").Machine} machine
 * @returns {boolean}
 */
export function isInstalled(locked, installed, exists, machine) {
  const wanted = Object.entries(locked).every(([folder, { version, integrity, optional, ...restricted }]) => {
    if (folder === "") return true;
    const found = installed[folder];
    // A package for another system is optional and absent here; one that npm left out for its own Node is missing.
    if (found === undefined) return optional === true && !isMadeFor(restricted, machine);
    return found.version === version && found.integrity === integrity && exists(folder);
  });
  return wanted && Object.keys(installed).every((folder) => folder === "" || locked[folder] !== undefined);
}

/**
 * @param {string} root the clone
 * @returns {boolean}
 */
export function dependenciesInstalled(root) {
  const note = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(note)) return false;
  try {
    const exists = (/** @type {string} */ folder) => existsSync(join(root, folder));
    return isInstalled(lockedPackages(root), readPackages(note), exists, thisMachine());
  } catch (error) {
    // An npm that was killed can leave half a note behind: that is not installed.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/**
 * Installs the locked dependencies where they are missing or others. Two runs that start at once install once.
 *
 * @param {string} root the clone
 * @returns {Promise<void>}
 */
export async function ensureDependencies(root) {
  if (dependenciesInstalled(root)) return;
  const step = beginStep(
    "packages",
    `installing ${Object.keys(lockedPackages(root)).length - 1} locked packages (npm ci)`,
  );
  const waiting = (/** @type {{ pid: number } | undefined} */ holder) =>
    step.update(`another run${holder === undefined ? "" : ` (process ${holder.pid})`} is installing them; waiting`);
  try {
    await withLock(join(root, ".slipway", "packages.lock"), waiting, async () => {
      if (!dependenciesInstalled(root)) await install(root);
    });
  } catch (error) {
    step.end("the locked packages could not be installed");
    throw error;
  }
  step.end("the locked packages are installed");
}

/** @param {string} root */
async function install(root) {
  const modules = join(root, "node_modules");
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    // npm ci empties the folder first: behind a link that is another clone's.
    throw new Refusal(
      `node_modules is a link to ${realpathSync(modules)}, and what is installed there is not what package-lock.json says: run \`npm ci\` there, or remove the link, then run the command again.`,
    );
  }
  const npm = findNpm();
  if (npm === undefined)
    throw new Refusal("npm was not found: install it (it comes with Node), then run the command again.");
  if (process.platform === "win32" && process.execPath.startsWith(join(root, "node_modules") + sep)) {
    // npm ci empties node_modules first, and Windows keeps the file of a running program.
    throw new Refusal("The locked packages changed: run `npm ci` once in this folder, then the command again.");
  }
  await runNpm(root, npm.program, [...npm.args, "ci"]);
  if (dependenciesInstalled(root)) return;
  // An npm on an older Node leaves out, unsaid, optional packages that only newer ones load. Node 24 loads them here.
  const node = lockedNode(root, process.platform, process.arch)?.executable ?? process.execPath;
  await runNpm(root, node, [...npm.args, "install", "--no-save"]);
  if (dependenciesInstalled(root)) return;
  throw new Refusal(
    "npm left out a package of package-lock.json that is made for this machine: install Node 24.12 or newer, then run the command again.",
  );
}

/**
 * @param {string} root
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<void>}
 */
async function runNpm(root, program, args) {
  // Install scripts compile or download what the lockfile does not pin, and nothing here needs one.
  const flags = [
    "--ignore-scripts",
    "--loglevel=error",
    "--no-audit",
    "--no-fund",
    "--include=dev",
    "--include=optional",
  ];
  const { code, stdout, stderr } = await capture(program, [...args, ...flags], { cwd: root, env: process.env });
  if (code === 0) return;
  const last = `${stderr}\n${stdout}`.trim().split("\n").slice(0, 20).join("\n  ");
  throw new Refusal(`npm ${args.slice(1).join(" ")} ended with exit code ${code}:\n  ${last}`);
}

/**
 * @param {string} root
 * @returns {LockedPackages}
 */
function lockedPackages(root) {
  return readPackages(join(root, "package-lock.json"));
}

/**
 * @param {string} file
 * @returns {LockedPackages}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
}
