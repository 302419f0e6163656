import { refusal } from "../errors.ts";
import { run } from "../process.ts";
import { askedVersion, readVersionSetting } from "../rollback/version-setting.ts";

/** Most commits of one file that are looked at for another value. */
const commitLimit = 500;

/** Whether git keeps this file, or would: it is in a repository that does not ignore it. */
export async function isForGit(file: string): Promise<boolean> {
  // git-check-ignore(1): 0 ignored, 1 not ignored, 128 no repository. A tracked file is never ignored.
  const { exitCode } = await git(["check-ignore", "--quiet", "--", file], [0, 1, 128]);
  return exitCode === 1;
}

/** What a commit said of a product's version; undefined where it left that to the manifest, or had no such file. */
export interface CommittedVersion {
  readonly commit: string;
  readonly version: string | undefined;
  /** An earlier commit asked for the wanted version, too. */
  readonly wantedBefore: boolean;
}

/**
 * The newest commit on this branch in which a stack's file asked for another version of `product` than `wanted`; undefined
 * where none did. Merged branches count as their merge: only what this branch said was ever released from it. Refuses
 * (SLW-COMMAND) outside a repository, and where a shallow clone ends too early to tell.
 */
export async function lastOtherVersion(
  file: string,
  product: string,
  wanted: string | undefined,
): Promise<CommittedVersion | undefined> {
  const shallow = await git(["rev-parse", "--is-shallow-repository"], [0, 128]);
  if (shallow.exitCode !== 0) {
    throw refusal("SLW-COMMAND", `${file} is in no git repository: what it said before this change cannot be told.`);
  }
  const log = ["log", "--first-parent", "--format=%H", `--max-count=${commitLimit}`, "--", file];
  const commits = (await git(log, [0, 128])).stdout.split("\n").filter((line) => line !== "");
  for (const [at, commit] of commits.entries()) {
    const version = await versionAt(commit, file, product);
    if (version === wanted) continue;
    const wantedBefore = await saysBefore(commits.slice(at + 1), file, product, wanted);
    return { commit, version, wantedBefore };
  }
  if (shallow.stdout === "true") {
    throw refusal("SLW-COMMAND", `This clone is shallow: no commit in it says another version than ${file} says now.`, {
      hint: "Fetch the whole history (actions/checkout: fetch-depth: 0; by hand: git fetch --unshallow).",
    });
  }
  return undefined;
}

async function saysBefore(
  commits: readonly string[],
  file: string,
  product: string,
  wanted: string | undefined,
): Promise<boolean> {
  for (const commit of commits) if ((await versionAt(commit, file, product)) === wanted) return true;
  return false;
}

async function versionAt(commit: string, file: string, product: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git(["show", `${commit}:./${file}`], [0, 128]);
  return exitCode === 0 ? askedVersion(readVersionSetting(stdout, `${file} of ${commit}`), product) : undefined;
}

function git(args: readonly string[], accept: readonly number[]) {
  return run({ file: "git", args, accept, installHint: "Install git: it knows what the stack's file said before." });
}
