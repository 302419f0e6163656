import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, processStart } from "../process-life.mjs";
import { reportStep } from "../report.mjs";
import { ROOT } from "../repository.mjs";

/** How far the start of a process and the time in a lock may be told apart wrongly, in milliseconds. */
const CLOCKS_DIFFER = 10_000;
/** A lock is written in one go; one that is not whole after this time has no writer any more, in milliseconds. */
const WRITTEN_WITHIN = 5_000;
const POLL = 250;

/**
 * Removes the locks that engines left in a file backend when they were killed: those of this machine whose process has
 * ended. Each is said in one line. A lock of another machine, or of a process that runs, is never touched: pulumi itself
 * then says who holds the stack.
 *
 * @param {string | undefined} url the backend's; other kinds than `file://` are left alone
 * @returns {Promise<void>}
 */
export async function clearDeadLocks(url) {
  const folder = url === undefined ? undefined : backendFolder(url);
  if (folder === undefined) return;
  for (const file of filesBelow(join(folder, ".pulumi", "locks"))) {
    const started = performance.now();
    const holder = await readHolder(file);
    if (holder === "gone" || (holder !== undefined && !(await isDead(holder)))) continue;
    // While the lock lies there no engine touches the state.
    const begun = forgetBegun(folder, file);
    rmSync(file, { force: true });
    const again = begun === 0 ? "" : `, ${begun} unfinished creations will be done again`;
    const who = holder === undefined ? "a process that ended while it wrote" : `process ${holder.pid}, which has ended`;
    reportStep("lock", `stack ${basename(dirname(file))} was left locked by ${who}: unlocked${again}`, started);
  }
}

/**
 * Takes the creations that a killed engine had begun out of a stack's state. Pulumi keeps them, and warns in every later
 * update, until a person says what became of each; ours can all be done again, so there is nothing to say.
 *
 * @param {string} folder the backend's
 * @param {string} lock `.pulumi/locks/organization/<project>/<stack>/<id>.json`
 * @returns {number} how many
 */
function forgetBegun(folder, lock) {
  const [stack, project] = [basename(dirname(lock)), basename(dirname(dirname(lock)))];
  const file = join(folder, ".pulumi", "stacks", project, `${stack}.json`);
  if (!existsSync(file)) return 0;
  const state = JSON.parse(readFileSync(file, "utf8"));
  const operations = state.checkpoint?.latest?.pending_operations ?? [];
  const kept = operations.filter((/** @type {Operation} */ operation) => !canBeDoneAgain(operation));
  if (kept.length === operations.length) return 0;
  state.checkpoint.latest.pending_operations = kept;
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
  renameSync(temporary, file);
  return operations.length - kept.length;
}

/** @typedef {{ type: string, resource: { type: string } }} Operation */

/** @param {Operation} operation */
function canBeDoneAgain({ type, resource }) {
  return type === "creating" && /^(?:pulumi-nodejs:dynamic\/)?slipway:/.test(resource.type);
}

/**
 * The folder of a `file://` backend, as Pulumi 3 understands its URL: `~` is the home folder, a relative path counts from
 * the working directory, and options follow a question mark.
 *
 * @param {string} url
 * @returns {string | undefined} undefined for every other kind of backend
 */
export function backendFolder(url) {
  const path = /^file:\/\/([^?]*)/.exec(url)?.[1];
  if (path === undefined) return undefined;
  const decoded = decodeURIComponent(path);
  return /^~(\/|$)/.test(decoded) ? join(homedir(), decoded.slice(1)) : resolve(ROOT, decoded);
}

/**
 * @typedef {{ pid: number, hostname: string, timestamp: number }} Holder
 */

/**
 * @param {string} file
 * @returns {Promise<Holder | undefined | "gone">} undefined for a file that nobody will finish
 */
async function readHolder(file) {
  for (;;) {
    try {
      const { pid, hostname: host, timestamp } = JSON.parse(readFileSync(file, "utf8"));
      return { pid: Number(pid), hostname: String(host), timestamp: Date.parse(timestamp) };
    } catch (error) {
      if (!(error instanceof SyntaxError)) return "gone";
    }
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > WRITTEN_WITHIN) return undefined;
    await sleep(POLL);
  }
}

/** @param {Holder} holder */
async function isDead({ pid, hostname: host, timestamp }) {
  if (host !== hostname() || !Number.isInteger(pid) || pid <= 0) return false;
  if (!isRunning(pid)) return true;
  const started = await processStart(pid);
  return started !== undefined && started > timestamp + CLOCKS_DIFFER;
}

/** @param {string} folder */
function filesBelow(folder) {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
