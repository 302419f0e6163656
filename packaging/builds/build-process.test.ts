import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { converse } from "../conversation.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { testJob } from "./__fixtures__/test-job.ts";
import { BuildProcess } from "./build-process.ts";
import { artifactIn } from "./build-server.ts";

const fixture = (name: string) => fileURLToPath(new URL(`./__fixtures__/${name}`, import.meta.url));
const silent = () => undefined;

async function start(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "slipway-build-"));
  const child = new BuildProcess(process.execPath, fixture("scripted-worker.ts"));
  t.after(async () => {
    await child.kill();
    await rm(folder, { recursive: true, force: true });
  });
  return { child, folder };
}

async function refused(build: Promise<unknown>): Promise<SlipwayError> {
  const error = await build.then(
    () => assert.fail("expected a refusal"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SlipwayError, String(error));
  return error;
}

test("one process builds one job after another", async (t) => {
  const { child, folder } = await start(t);
  for (const name of ["a.deb", "b.deb"]) {
    const bytes = `${name}\n`;
    assert.deepEqual(await child.build(testJob(name), folder, silent), { size: 6, sha256: sha256(bytes) });
    assert.equal(await readFile(artifactIn(folder), "utf8"), bytes);
  }
});

test("a job of several megabytes passes through standard input", async (t) => {
  const { child, folder } = await start(t);
  const written = await child.build(testJob("large.deb", "demo", "x".repeat(8 << 20)), folder, silent);
  assert.equal(written.size, "large.deb\n".length);
});

test("a writer's refusal arrives whole: code, sentence, place and hint", async (t) => {
  const { child, folder } = await start(t);
  const error = await refused(child.build(testJob("a.deb", "refuse"), folder, silent));
  assert.deepEqual(error.mistakes, [
    {
      code: "SLW-FORMAT",
      message: "a.deb has no Maintainer.",
      place: { file: "manifest.yaml", line: 3, column: 1 },
      hint: "Add one.",
    },
  ]);
});

test("another error of the writer names the artifact and keeps its stack as the cause only", async (t) => {
  const { child, folder } = await start(t);
  const error = await refused(child.build(testJob("a.deb", "fault"), folder, silent));
  assert.equal(error.message, "a.deb could not be built: offset is out of bounds  [SLW-BUILD]");
  assert.match(String(error.cause), /RangeError[\s\S]*scripted-worker\.ts/);
});

test("a process that dies is reported with its exit code and last words", async (t) => {
  const { child, folder } = await start(t);
  const error = await refused(child.build(testJob("a.deb", "crash"), folder, silent));
  assert.match(error.message, /^a\.deb could not be built: .*scripted-worker\.ts ended with exit code 7\./);
  assert.match(error.message, /\n {4}Assertion `x' failed$/);
});

test("a process that is killed is reported", { skip: process.platform === "win32" }, async (t) => {
  const { child, folder } = await start(t);
  const building = refused(child.build(testJob("a.deb", "slow"), folder, silent));
  await appears(artifactIn(folder));
  await child.kill();
  assert.match((await building).message, /a\.deb could not be built: .*SIGKILL/);
});

test("a library that writes to standard output is found out", async (t) => {
  const { child, folder } = await start(t);
  const error = await refused(child.build(testJob("a.deb", "chatty"), folder, silent));
  assert.match(error.message, /the build process wrote: a library says hello/);
});

test("progress comes at most four times a second", async (t) => {
  const { child, folder } = await start(t);
  const times: number[] = [];
  const counts: number[] = [];
  const building = refused(
    child.build(testJob("a.deb", "slow"), folder, (done, total) => {
      times.push(performance.now());
      counts.push(done / total);
    }),
  );
  while (times.length < 3) await setTimeout(20);
  await child.kill();
  await building;
  const [first = 0, , third = 0] = times;
  assert.ok(third - first > 400, `${third - first} ms for two pauses`);
  assert.deepEqual(counts, counts.toSorted());
});

test("when the program is killed, its build process ends and removes the build's folder", async (t) => {
  const { folder } = await start(t);
  const program = converse({ file: process.execPath, args: [fixture("slow-program.ts"), folder] });
  await appears(artifactIn(folder));
  program.kill();
  await program.finished.catch(silent);
  for (let waited = 0; await exists(folder); waited += 20) {
    assert.ok(waited < 10_000, "the orphan still writes");
    await setTimeout(20);
  }
  await setTimeout(100);
  assert.equal(await exists(folder), false);
});

async function appears(file: string): Promise<void> {
  while (!(await exists(file))) await setTimeout(20);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
