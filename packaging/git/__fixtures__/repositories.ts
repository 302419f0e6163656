import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { run } from "../../process.ts";
import { commitFiles, type FilesCommit } from "../commit-files.ts";
import { type Git, withGit } from "../git.ts";
import { parseRemote } from "../remote.ts";

/** An empty folder that goes with the test. */
export async function emptyFolder(t: Pick<TestContext, "after">): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "slipway-git-")));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** A commit of one formula, as far as a test does not say otherwise. */
export function aCommit(more: Partial<FilesCommit> = {}): FilesCommit {
  return {
    branch: "main",
    files: { "Formula/runtime.rb": "class Runtime\nend\n" },
    owned: [],
    message: "runtime 1.0.0",
    author: { name: "Releases", email: "releases@example.org" },
    date: 1_700_000_000,
    ...more,
  };
}

let scratches = 0;

/** git at work on a remote, below `folder`. */
export function gitOn<Result>(
  folder: string,
  remote: string,
  use: (git: Git) => Promise<Result>,
  token?: string,
): Promise<Result> {
  scratches += 1;
  return withGit(parseRemote(remote, folder), token, join(folder, `scratch-${process.pid}-${scratches}`), use);
}

/** Commits to the remote below `folder`. */
export function commitTo(folder: string, remote: string, more: Partial<FilesCommit> = {}) {
  return gitOn(folder, remote, (git) => commitFiles(git, aCommit(more)));
}

/** What a user's own git says: `inRepository(folder, "log", "--format=%s")`. */
export async function inRepository(folder: string, ...args: readonly string[]): Promise<string> {
  const home = join(folder, "..", "home-of-a-reader");
  await mkdir(home, { recursive: true });
  const environment = { HOME: home, GIT_CONFIG_NOSYSTEM: "1" };
  return (await run({ file: "git", args: ["-c", "safe.directory=*", ...args], folder, environment })).stdout;
}
