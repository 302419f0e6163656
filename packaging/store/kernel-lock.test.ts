import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { withKernelLock } from "./kernel-lock.ts";

/** Takes the lock, says so, and never lets go of itself. */
const holder = `
  const { withKernelLock } = await import(process.argv[1]);
  await withKernelLock(process.argv[2], 0, async () => {
    console.log("held");
    await new Promise((done) => setTimeout(done, 1e6));
  });`;

describe("the lock of the operating system", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-lock-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("lets one at a time do its work, in the order of arrival", async () => {
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} in`);
      await delay(5);
      order.push(`${name} out`);
    };
    await Promise.all(["a", "b", "c"].map((name) => withKernelLock(join(folder, "order"), 1000, work(name))));
    assert.deepEqual(order, ["a in", "a out", "b in", "b out", "c in", "c out"]);
  });

  it("is let go when the work fails, and leaves an empty file only", async () => {
    const file = join(folder, "only", "..", "failing");
    const failing = withKernelLock(file, 0, async () => {
      throw new Error("no luck");
    });
    await assert.rejects(failing, /no luck/);
    assert.equal(await withKernelLock(file, 0, async () => "again"), "again");
    assert.equal((await stat(file)).size, 0);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith("failing")),
      ["failing"],
    );
  });

  it("is refused while another process holds it, and free at once when that one is killed", async () => {
    const file = join(folder, "killed");
    const module = new URL("./kernel-lock.ts", import.meta.url).href;
    const child = spawn(process.execPath, ["--input-type=module", "-e", holder, module, file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await assert.rejects(
      withKernelLock(file, 20, async () => "mine"),
      /has been locked by another process/,
    );
    const waiting = withKernelLock(file, 10_000, async () => "mine");
    const killed = performance.now();
    child.kill("SIGKILL");
    assert.equal(await waiting, "mine");
    assert.ok(performance.now() - killed < 5000, "no waiting for a lock to grow stale");
  });

  it("says so where the file cannot be locked", async () => {
    await assert.rejects(
      withKernelLock(join(folder, "missing", "lock"), 0, async () => "mine"),
      { code: "SLW-STORE" },
    );
  });
});
