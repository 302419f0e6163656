import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { devNull } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { run } from "../process.ts";
import { isForGit, lastOtherVersion } from "./git.ts";

const file = "stacks/Pulumi.release.yaml";

/** Runs git in a folder as nobody in particular; the user's own settings do not count. */
async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const who = ["-c", "user.name=Slipway tests", "-c", "user.email=tests@slipway.example", "-c", "commit.gpgSign=false"];
  const environment = { GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: "1" };
  return (await run({ file: "git", args: [...who, ...args], folder, environment })).stdout;
}

async function write(folder: string, version: string | undefined): Promise<void> {
  await mkdir(path.join(folder, "stacks"), { recursive: true });
  const set = version === undefined ? "" : `  slipway:version: ${version}\n`;
  await writeFile(path.join(folder, file), `config:\n${set}  slipway:keep: 2\n`);
}

/** Commits a version (and gives the commit's name). */
async function commit(folder: string, version: string | undefined): Promise<string> {
  await write(folder, version);
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--allow-empty", "--message", `version ${version}`);
  return git(folder, "rev-parse", "HEAD");
}

/** An empty repository, which commands find as the project's folder. */
async function repository(folder: string): Promise<string> {
  const made = path.join(folder, "project");
  await mkdir(made);
  await git(made, "init", "--quiet", "--initial-branch=main");
  process.chdir(made);
  return made;
}

const said = (wanted: string | undefined) => lastOtherVersion(file, "alpha", wanted);

test("what the file said before its last change, committed or not", async (t) => {
  const folder = await repository(await scratch(t));
  t.after(() => process.chdir(path.dirname(import.meta.dirname)));
  assert.equal(await said("1.0.0"), undefined, "no commit yet");
  await commit(folder, undefined);
  const first = await commit(folder, "1.0.0");
  const second = await commit(folder, "1.1.0");
  await commit(folder, "1.1.0");
  assert.deepEqual(await said("1.1.0"), { commit: first, version: "1.0.0", wantedBefore: false });
  assert.deepEqual(await said("1.2.0"), {
    commit: await git(folder, "rev-parse", "HEAD~1"),
    version: "1.1.0",
    wantedBefore: false,
  });
  const back = await commit(folder, "1.0.0");
  assert.deepEqual(await said("1.1.0"), { commit: back, version: "1.0.0", wantedBefore: true });
  assert.notEqual(second, first);
});

test("a branch that said something else in between was never released from here: its merge is what counts", async (t) => {
  const folder = await repository(await scratch(t));
  t.after(() => process.chdir(path.dirname(import.meta.dirname)));
  const first = await commit(folder, "1.0.0");
  await git(folder, "checkout", "--quiet", "-b", "next");
  await commit(folder, "1.1.0");
  await commit(folder, "1.2.0");
  await git(folder, "checkout", "--quiet", "main");
  await git(folder, "merge", "--quiet", "--no-ff", "--message", "Merge next", "next");
  assert.deepEqual(await said("1.2.0"), { commit: first, version: "1.0.0", wantedBefore: false });
});

test("a shallow clone and a folder without a repository are told as such; where nothing else was said, there is nothing", async (t) => {
  const folder = await repository(await scratch(t));
  t.after(() => process.chdir(path.dirname(import.meta.dirname)));
  await commit(folder, "1.0.0");
  assert.equal(await said("1.0.0"), undefined);
  await commit(folder, "1.1.0");
  const top = path.dirname(folder);
  await git(top, "clone", "--quiet", "--depth", "1", pathToFileURL(folder).href, "shallow");
  process.chdir(path.join(top, "shallow"));
  await assert.rejects(said("1.1.0"), {
    code: "SLW-COMMAND",
    message: /^This clone is shallow: .*\n +Fetch the whole history/,
  });
  assert.equal((await said("1.2.0"))?.version, "1.1.0", "what is there is enough");
  process.chdir(top);
  await assert.rejects(said("1.1.0"), { code: "SLW-COMMAND", message: /is in no git repository/ });
  assert.equal(await isForGit(file), false);
});

test("a file that git ignores is nothing to commit", async (t) => {
  const folder = await repository(await scratch(t));
  t.after(() => process.chdir(path.dirname(import.meta.dirname)));
  await write(folder, "1.0.0");
  assert.equal(await isForGit(file), true);
  await writeFile(path.join(folder, ".gitignore"), "stacks/*.yaml\n");
  assert.equal(await isForGit(file), false);
});
