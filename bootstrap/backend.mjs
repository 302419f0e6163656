import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capture } from "./child.mjs";
import { clearDeadLocks } from "./engine/dead-locks.mjs";
import { backendUrl } from "./environment.mjs";
import { withLock } from "./lock.mjs";
import { Refusal } from "./refusal.mjs";
import { LOCAL, ROOT } from "./repository.mjs";

/** The stack of `npm start`. */
export const DEV = "dev";

const STATE = join(LOCAL, "state");
const PASSPHRASE = join(LOCAL, "passphrase");
const DEV_SETTINGS = join(ROOT, "stacks", `Pulumi.${DEV}.yaml`);

/**
 * The environment with a place for state and a passphrase for secrets: the clone's own ones, unless the user named
 * others. Makes both where they are missing, and unlocks what a killed engine left locked.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export function withBackend(env) {
  return guarded(async () => {
    const prepared = { ...env };
    if (!env["PULUMI_BACKEND_URL"]) {
      // Pulumi refuses a file backend whose folder does not exist.
      mkdirSync(STATE, { recursive: true });
      prepared["PULUMI_BACKEND_URL"] = backendUrl(STATE);
    }
    if (env["PULUMI_CONFIG_PASSPHRASE"] === undefined && env["PULUMI_CONFIG_PASSPHRASE_FILE"] === undefined) {
      makePassphrase();
      prepared["PULUMI_CONFIG_PASSPHRASE_FILE"] = PASSPHRASE;
    }
    if (!env["PULUMI_STACK"]) prepared["PULUMI_STACK"] = DEV;
    await clearDeadLocks(prepared["PULUMI_BACKEND_URL"]);
    return prepared;
  });
}

/**
 * Makes the dev stack where the backend does not have it.
 *
 * @param {string} pulumi the engine's executable
 * @param {NodeJS.ProcessEnv} env a prepared environment
 * @returns {Promise<void>}
 */
export function ensureDevStack(pulumi, env) {
  return guarded(async () => {
    if (isOwnBackend(env) ? hasOwnStack(DEV) : await isListed(pulumi, env)) return;
    const args = ["stack", "init", DEV, "--no-select", "--non-interactive"];
    const { code, stderr } = await capture(pulumi, args, { cwd: ROOT, env });
    if (code === 0 || /already exists/.test(stderr)) return;
    const hint = /incorrect passphrase/.test(stderr)
      ? `\nstacks/Pulumi.${DEV}.yaml holds the salt of another passphrase: remove its line encryptionsalt, or give that passphrase.`
      : "";
    throw new Refusal(`pulumi stack init ${DEV} ended with exit code ${code}:\n  ${stderr.trim()}${hint}`);
  });
}

/**
 * Whether a backend elsewhere lists the dev stack. `stack init` would say so too, but only to who may write there, and
 * not while an update holds the stack.
 *
 * @param {string} pulumi
 * @param {NodeJS.ProcessEnv} env
 */
async function isListed(pulumi, env) {
  const { code, stdout } = await capture(pulumi, ["stack", "ls", "--json", "--non-interactive"], { cwd: ROOT, env });
  // What keeps pulumi from listing keeps it from making one, and it then says what.
  if (code !== 0) return false;
  return JSON.parse(stdout).some((/** @type {{ name: string }} */ { name }) => name.split("/").at(-1) === DEV);
}

/**
 * @param {NodeJS.ProcessEnv} env a prepared environment
 * @returns {boolean} whether state is in the clone and nowhere else
 */
export function isOwnBackend(env) {
  return env["PULUMI_BACKEND_URL"] === backendUrl(STATE);
}

/**
 * Whether the clone's own backend has a stack: a look at its file saves starting pulumi.
 *
 * @param {string} stack
 * @returns {boolean}
 */
export function hasOwnStack(stack) {
  const file = join(STATE, ".pulumi", "stacks", "slipway", `${stack}.json`);
  return existsSync(file) || existsSync(`${file}.gz`);
}

/** A passphrase of this clone, made once and readable by its owner only. */
function makePassphrase() {
  if (existsSync(PASSPHRASE) && statSync(PASSPHRASE).size > 0) return;
  writeFileSync(PASSPHRASE, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  forgetSalt();
}

/**
 * A salt that was made with a passphrase which is gone makes Pulumi refuse the new one. The other settings stay.
 */
function forgetSalt() {
  if (!existsSync(DEV_SETTINGS)) return;
  const settings = readFileSync(DEV_SETTINGS, "utf8");
  const kept = settings.replace(/^encryptionsalt:.*\n?/m, "");
  if (kept !== settings) writeFileSync(DEV_SETTINGS, kept);
}

/**
 * @template T
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
function guarded(task) {
  mkdirSync(LOCAL, { recursive: true });
  return withLock(join(LOCAL, "backend.lock"), () => {}, task);
}
