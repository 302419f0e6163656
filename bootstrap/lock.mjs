import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "./process-life.mjs";

/** A living holder touches its lock this often, in milliseconds. */
const HEARTBEAT = 5_000;
/** A lock that nobody has touched for this long belongs to nobody, in milliseconds. */
const ABANDONED = 60_000;
const POLL = 300;

/**
 * @typedef {{ pid: number, host: string, token: string }} Holder
 */

/**
 * Runs a task while holding a lock file that other processes respect. A lock whose holder has died is taken over: at
 * once where its process is gone from this machine, else when its heartbeat has stopped.
 *
 * What the lock guards must stay right when two hold it all the same (a laptop that slept through its own heartbeat):
 * it saves double work, renames do the rest.
 *
 * @template T
 * @param {string} file
 * @param {(holder: Holder | undefined) => void} onWait called once where another holds the lock
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, task) {
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() });
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !tryCreate(file, mine); ) {
    const seen = readLock(file);
    if (seen === undefined) continue;
    if (isDead(seen)) {
      takeAway(file, seen.content);
      continue;
    }
    if (!told) onWait(seen.holder);
    told = true;
    await sleep(POLL);
  }
  const heartbeat = setInterval(() => touch(file), HEARTBEAT);
  heartbeat.unref();
  try {
    return await task();
  } finally {
    clearInterval(heartbeat);
    if (readLock(file)?.content === mine) rmSync(file, { force: true });
  }
}

/**
 * @param {string} file
 * @param {string} content
 * @returns {boolean} false where the lock is held
 */
function tryCreate(file, content) {
  try {
    writeFileSync(file, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {{ content: string, holder: Holder | undefined, age: number } | undefined} undefined where it was released;
 *   no holder where its writer has not come to the end of it yet; `age` in milliseconds
 */
function readLock(file) {
  try {
    const content = readFileSync(file, "utf8");
    const age = Date.now() - statSync(file).mtimeMs;
    return { content, holder: parseHolder(content), age };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * @param {string} content
 * @returns {Holder | undefined}
 */
function parseHolder(content) {
  try {
    const { pid, host, token } = JSON.parse(content);
    return Number.isInteger(pid) && pid > 0 ? { pid, host: String(host), token: String(token) } : undefined;
  } catch {
    return undefined;
  }
}

/** @param {{ holder: Holder | undefined, age: number }} seen */
function isDead({ holder, age }) {
  if (age > ABANDONED) return true;
  return holder !== undefined && holder.host === hostname() && !isRunning(holder.pid);
}

/**
 * Removes a dead holder's lock, and only that: where another waiter was quicker, the lock that lies there now is put
 * back.
 *
 * @param {string} file
 * @param {string} deadContent
 */
function takeAway(file, deadContent) {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, "utf8") !== deadContent) linkSync(aside, file);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {string} file */
function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Taken away from a process that slept too long: the task goes on, see withLock.
  }
}

/**
 * @param {unknown} error
 * @returns {string | undefined}
 */
function codeOf(error) {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
