import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { scratch } from "./formats/__fixtures__/scratch.ts";
import { withSecretFolder } from "./secret-folder.ts";

async function secretFolder(context: TestContext): Promise<string> {
  const folder = join(await scratch(context), "secrets");
  await mkdir(folder, { mode: 0o700 });
  await writeFile(join(folder, "password"), "correct horse", { mode: 0o600 });
  return folder;
}

const listeners = () => ["SIGINT", "SIGTERM", "exit"].map((name) => process.listenerCount(name));

test("the folder is gone and nothing listens when what used it has ended, well or not", async (context) => {
  const before = listeners();
  const folder = await secretFolder(context);
  const during = await withSecretFolder(folder, async () => listeners());
  assert.deepEqual(
    during,
    before.map((count) => count + 1),
  );
  assert.equal(existsSync(folder), false);
  const another = await secretFolder(context);
  const failing = async () => {
    throw new Error("no");
  };
  await assert.rejects(withSecretFolder(another, failing), /^Error: no$/);
  assert.equal(existsSync(another), false);
  assert.deepEqual(listeners(), before);
});

// Windows knows no signals between processes: there a kill ends a process at once.
const options = { skip: process.platform === "win32" };
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} ends a process as it would have, and both its folders are gone`, options, async (context) => {
    const folders = [await secretFolder(context), await secretFolder(context)];
    const child = start(folders, `process.stdout.write("ready"); setTimeout(() => {}, 60_000);`);
    await once(child.stdout, "data");
    child.kill(signal);
    assert.deepEqual(await once(child, "exit"), [null, signal]);
    assert.deepEqual(folders.map(existsSync), [false, false]);
  });
}

test("a process that exits in the middle leaves no folder", async (context) => {
  const folder = await secretFolder(context);
  assert.deepEqual(await once(start([folder], "process.exit(3);"), "exit"), [3, null]);
  assert.equal(existsSync(folder), false);
});

/** A process that never is done with its folders, and does this meanwhile. */
function start(folders: readonly string[], meanwhile: string) {
  const guard = JSON.stringify(new URL("./secret-folder.ts", import.meta.url).href);
  const code = `import { withSecretFolder } from ${guard};
    for (const folder of ${JSON.stringify(folders)}) void withSecretFolder(folder, () => new Promise(() => {}));
    ${meanwhile}`;
  return spawn(process.execPath, ["--input-type=module", "--eval", code], { stdio: ["ignore", "pipe", "inherit"] });
}
