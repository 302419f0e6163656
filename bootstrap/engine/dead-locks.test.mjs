import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir, hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { backendUrl } from "../environment.mjs";
import { isRunning, processStart } from "../process-life.mjs";
import { ROOT } from "../repository.mjs";
import { backendFolder, clearDeadLocks } from "./dead-locks.mjs";

const locks = join(".pulumi", "locks", "organization", "slipway", "dev");
const gone = Number(spawnSync(process.execPath, ["--version"]).pid);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway lock %41-"));
  mkdirSync(join(folder, locks), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/**
 * Writes a lock as Pulumi does, clears, and tells whether it is still there.
 *
 * @param {Record<string, unknown> | string} content
 * @param {number} [age] seconds since it was written
 */
async function survives(content, age = 0) {
  const file = join(folder, locks, "0d3a.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  const written = new Date(Date.now() - age * 1000);
  utimesSync(file, written, written);
  await clearDeadLocks(backendUrl(folder));
  return existsSync(file);
}

const mine = { pid: process.pid, username: "u", hostname: hostname(), timestamp: new Date().toISOString() };

test("a lock of a process that has ended on this machine is cleared", async () => {
  assert.equal(await survives({ ...mine, pid: gone }), false);
});

test("so is one whose number another process has by now: it began long after the lock was made", async () => {
  assert.equal(await survives({ ...mine, timestamp: "2020-01-01T00:00:00.123456789+02:00" }), false);
});

test("a lock of a process that runs stays, and so does one of another machine", async () => {
  assert.equal(await survives(mine), true);
  assert.equal(await survives({ ...mine, pid: gone, hostname: "elsewhere.invalid" }), true);
});

test("a lock that says no process or no time is nobody's to clear while its number runs", async () => {
  assert.equal(await survives({ hostname: hostname() }), true);
  assert.equal(await survives({ ...mine, timestamp: "?" }), true);
});

test("a lock that its writer did not finish is cleared once it is old", async () => {
  assert.equal(await survives("", 6), false);
  assert.equal(await survives('{"pid": 1', 6), false);
});

test("a lock that is being written is waited for", async () => {
  setTimeout(() => writeFileSync(join(folder, locks, "0d3a.json"), JSON.stringify(mine)), 400);
  assert.equal(await survives(""), true);
});

test("creations of ours that the dead engine had begun are taken out of the state; all else in it stays", async () => {
  const file = join(folder, ".pulumi", "stacks", "slipway", "dev.json");
  mkdirSync(dirname(file), { recursive: true });
  const operation = (/** @type {string} */ type, /** @type {string} */ of) => ({
    type,
    resource: { type: of, urn: "u" },
  });
  const others = [operation("creating", "aws:s3:Bucket"), operation("updating", "pulumi-nodejs:dynamic/slipway:Suite")];
  const ours = operation("creating", "pulumi-nodejs:dynamic/slipway:Artifact");
  const state = (/** @type {unknown[]} */ pending_operations) => ({
    version: 3,
    checkpoint: { stack: "dev", latest: { resources: [{ urn: "u" }], pending_operations } },
  });
  writeFileSync(file, JSON.stringify(state([ours, ...others])));
  assert.equal(await survives(mine), true);
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), state([ours, ...others]));
  assert.equal(await survives({ ...mine, pid: gone }), false);
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), state(others));
  assert.deepEqual(readdirSync(dirname(file)), ["dev.json"]);
});

test("a backend without locks, without its folder, or elsewhere: nothing to do", async () => {
  await clearDeadLocks(backendUrl(join(folder, "none")));
  await clearDeadLocks("s3://bucket");
  await clearDeadLocks(undefined);
});

test("a file backend's folder, as pulumi reads its URL", { skip: process.platform === "win32" }, () => {
  assert.equal(backendFolder(backendUrl("/a b/100%/#1")), "/a b/100%/#1");
  assert.equal(backendFolder("file://."), ROOT);
  assert.equal(backendFolder("file://./state?metadata=skip"), join(ROOT, "state"));
  assert.equal(backendFolder("file://~"), homedir());
  assert.equal(backendFolder("file://~/state"), join(homedir(), "state"));
  assert.equal(backendFolder("gs://bucket"), undefined);
});

test("a process's life", async () => {
  assert.equal(isRunning(gone), false);
  assert.equal(isRunning(process.pid), true);
  const began = Date.now() - process.uptime() * 1000;
  assert.ok(Math.abs(Number(await processStart(process.pid)) - began) < 3000);
  assert.equal(await processStart(gone), undefined);
});
