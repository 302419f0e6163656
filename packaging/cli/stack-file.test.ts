import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { readStackFile, stackFileName } from "./stack-file.ts";

test("another text takes the file's place whole, and what was read comes back byte for byte", async (t) => {
  const folder = await scratch(t);
  const [start, stacks] = [process.cwd(), path.join(folder, "stacks")];
  t.after(() => process.chdir(start));
  process.chdir(folder);
  await mkdir(stacks);
  const file = path.join(stacks, "Pulumi.release.yaml");
  // Not UTF-8: what a person left there is not ours to mend.
  const bytes = Buffer.from([0x23, 0xff, 0x0d, 0x0a, 0x23]);
  await writeFile(file, bytes);
  await chmod(file, 0o640);

  const read = await readStackFile("team/slipway/release");
  assert.equal(read.name, "stacks/Pulumi.release.yaml");
  await read.write("config: {}\n");
  assert.equal(await readFile(file, "utf8"), "config: {}\n");
  await read.restore();
  assert.deepEqual(await readFile(file), bytes);
  if (process.platform !== "win32") assert.equal((await stat(file)).mode & 0o777, 0o640);
  assert.deepEqual(await readdir(stacks), ["Pulumi.release.yaml"]);
});

test("a stack without a file, and what is no name of a stack, are each one sentence", async (t) => {
  const folder = await scratch(t);
  const start = process.cwd();
  t.after(() => process.chdir(start));
  process.chdir(folder);
  await assert.rejects(readStackFile("beta"), {
    code: "SLW-SETTINGS",
    message: /^Stack beta has no file stacks\/Pulumi\.beta\.yaml here\./,
  });
  for (const name of ["", "a b", "a\n"]) {
    assert.throws(() => stackFileName(name), { code: "SLW-COMMAND", message: /is no name of a stack/ });
  }
});
