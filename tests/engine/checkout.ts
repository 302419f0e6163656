import { appendFile, cp, mkdir, symlink } from "node:fs/promises";
import { devNull } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runIn } from "./command.ts";
import { type Owner, scratchFolder } from "./scratch.ts";

/** The repository that is tested: the working tree as it is, committed or not. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A throw-away copy of the repository. */
export interface Checkout {
  readonly folder: string;
  /** The directory bucket of its dev stack. */
  readonly bucket: string;
  /** A folder beside it for what a test writes: plans, fake homes. Removed with it. */
  readonly scratch: string;
}

export interface CheckoutOptions {
  /** The folder's name. */
  readonly name?: string;
  /** Without them the checkout is what a bare `git clone` gives. */
  readonly dependencies?: boolean;
}

/**
 * Copies the repository (tracked files, and new ones that git does not ignore) into a temporary folder as a git
 * repository with one commit, with this repository's node_modules linked, and removes it after the test.
 */
export async function makeCheckout(
  t: Owner,
  { name = "checkout", dependencies = true }: CheckoutOptions = {},
): Promise<Checkout> {
  const scratch = await scratchFolder(t);
  const folder = join(scratch, name);
  const listed = await git(repository, "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z");
  const removed = new Set((await git(repository, "ls-files", "--deleted", "-z")).split("\0"));
  for (const file of listed.split("\0").filter((file) => file !== "" && !removed.has(file))) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(repository, file), join(folder, file), { verbatimSymlinks: true });
  }
  await git(folder, "init", "--quiet", "--initial-branch=main");
  if (dependencies) {
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
    // A link is no folder to git: `node_modules/` in .gitignore does not cover it.
    await appendFile(join(folder, ".git", "info", "exclude"), "/node_modules\n");
  }
  await commitAll(folder, "The repository under test");
  return { folder, bucket: join(folder, ".slipway", "bucket"), scratch };
}

/** Commits everything that git does not ignore. */
export async function commitAll(folder: string, message: string): Promise<void> {
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--message", message);
}

/** Runs git in a folder and gives what it prints; the user's own git settings do not count. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const person = ["-c", "user.name=Slipway tests", "-c", "user.email=tests@slipway.example"];
  const quiet = ["-c", "commit.gpgSign=false", "-c", "core.hooksPath=", "-c", "core.autocrlf=false"];
  const { code, text, stdout } = await runIn({ folder, environment: noUserSettings }, "git", [
    ...person,
    ...quiet,
    ...args,
  ]);
  if (code !== 0) throw new Error(`git ${args.join(" ")} in ${folder} ended with exit code ${code}: ${text}`);
  return stdout;
}

const noUserSettings = { GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: "1" };
