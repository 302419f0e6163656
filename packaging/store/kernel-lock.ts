import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { refusal } from "../errors.ts";

const firstPauseMs = 2;
const longestPauseMs = 50;
/** SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy: another connection holds the lock. */
const busy = 5;

/** Who waits in this process, by lock file: one asks the kernel at a time, in the order of arrival. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while no other process and no other caller in this one holds the lock of `file`; the folder must exist.
 *
 * The lock is the operating system's own (fcntl or LockFileEx), reached through the write lock of an empty SQLite
 * database, Node's only door to it. So a holder that is killed lets go at that moment: no age to guess, no takeover to
 * race for. The file itself stays empty and must never be deleted, or two could lock two files of one name.
 *
 * @throws SlipwayError SLW-STORE when the lock was not to be had for `patienceMs`, or the file system has no locks.
 */
export async function withKernelLock<T>(file: string, patienceMs: number, work: () => Promise<T>): Promise<T> {
  const key = resolve(file);
  const before = queues.get(key) ?? Promise.resolve();
  const mine = before.then(() => locked(key, patienceMs, work));
  const settled = mine.then(nothing, nothing);
  queues.set(key, settled);
  try {
    return await mine;
  } finally {
    if (queues.get(key) === settled) queues.delete(key);
  }
}

async function locked<T>(file: string, patienceMs: number, work: () => Promise<T>): Promise<T> {
  const database = await acquire(file, patienceMs);
  try {
    return await work();
  } finally {
    // Nothing was written, so closing just lets go.
    database.close();
  }
}

async function acquire(file: string, patienceMs: number): Promise<DatabaseSync> {
  let waited = 0;
  let pause = firstPauseMs;
  for (;;) {
    const database = tryAcquire(file);
    if (database !== undefined) return database;
    if (waited >= patienceMs) {
      throw refusal(
        "SLW-STORE",
        `${file} has been locked by another process for ${Math.round(waited / 1000)} s; nothing was written.`,
        { hint: "A Slipway that is stopped (not killed) keeps its lock: let it go on, or end it." },
      );
    }
    await delay(pause);
    waited += pause;
    pause = Math.min(pause * 2, longestPauseMs);
  }
}

function tryAcquire(file: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    // The journal in memory: the lock leaves no second file behind.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE");
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof Error && "errcode" in error && error.errcode === busy) return undefined;
    throw refusal(
      "SLW-STORE",
      `${file} cannot be locked (${error instanceof Error ? error.message : String(error)}); nothing was written.`,
      { hint: "The bucket's folder must be writable and lie on a file system that can lock files." },
    );
  }
}

function nothing(): void {}
