import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "./lock.mjs";

let folder = "";
let lock = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-lock-"));
  lock = join(folder, "made", "it.lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

const never = () => assert.fail("nobody holds the lock");

test("the lock is held during the task and gone afterwards", async () => {
  const result = await withLock(lock, never, async () => existsSync(lock));
  assert.equal(result, true);
  assert.deepEqual(readdirSync(join(folder, "made")), []);
});

test("the lock is gone after a task that failed", async () => {
  const failing = withLock(lock, never, async () => Promise.reject(new Error("no")));
  await assert.rejects(failing, /no/);
  assert.equal(existsSync(lock), false);
});

test("tasks run one after the other, and a waiter is told once who holds the lock", async () => {
  /** @type {string[]} */
  const events = [];
  const task = (/** @type {string} */ name) => async () => {
    events.push(`${name} begins`);
    await sleep(700);
    events.push(`${name} ends`);
  };
  /** @type {(number | undefined)[]} */
  const holders = [];
  const first = withLock(lock, never, task("first"));
  const second = withLock(lock, (holder) => holders.push(holder?.pid), task("second"));
  await Promise.all([first, second]);
  assert.deepEqual(events, ["first begins", "first ends", "second begins", "second ends"]);
  assert.deepEqual(holders, [process.pid]);
});

test("the lock of a process that is gone from this machine is taken over at once", async () => {
  const gone = spawnSync(process.execPath, ["--version"]).pid;
  await heldBy({ pid: gone, host: hostname(), token: "x" });
  assert.equal(await withLock(lock, never, async () => "done"), "done");
  assert.deepEqual(readdirSync(join(folder, "made")), []);
});

test("a lock of another machine is respected while it is touched, and taken over when it is not", async () => {
  await heldBy({ pid: 1, host: "elsewhere.invalid", token: "x" });
  let waited = false;
  const task = withLock(
    lock,
    () => {
      waited = true;
      const long = new Date(Date.now() - 61_000);
      utimesSync(lock, long, long);
    },
    async () => "done",
  );
  assert.equal(await task, "done");
  assert.equal(waited, true);
});

test("a lock that its writer has not finished is respected", async () => {
  await withLock(lock, never, async () => {});
  writeFileSync(lock, "");
  let waited = false;
  await withLock(
    lock,
    () => {
      waited = true;
      rmSync(lock);
    },
    async () => {},
  );
  assert.equal(waited, true);
});

/** @param {{ pid: number, host: string, token: string }} holder */
async function heldBy(holder) {
  await withLock(lock, never, async () => {});
  writeFileSync(lock, JSON.stringify(holder));
}
