import { setTimeout } from "node:timers/promises";
import { refusal } from "../errors.ts";
import { entriesAt, fetchTip, readTip, type Tip, tipId } from "./branch.ts";
import { differencesFrom, type Files, isFile, refuseObstacles } from "./differences.ts";
import { commitStream } from "./fast-import.ts";
import type { Git } from "./git.ts";
import { type Author, checkAuthor, checkBranch, checkPaths, foldersOf } from "./names.ts";
import { gitRefusal } from "./refused.ts";
import { startRemote } from "./start-remote.ts";

/** What a branch is to hold, and the commit that brings it there. */
export interface FilesCommit {
  readonly branch: string;
  readonly files: Files;
  /** Paths that were written before: those that are not among `files` are removed. Nobody else's files are touched. */
  readonly owned: readonly string[];
  readonly message: string;
  readonly author: Author;
  /** When the author wrote it, in seconds since 1970. */
  readonly date: number;
}

/** Somebody else commits meanwhile: each try loses to one who won. */
const mostTries = 10;
const longestWaitMs = 400;
const made = "refs/slipway/made";

/**
 * Brings a branch to hold these files by one commit on top of what is there, pushed only while that is still the newest. No
 * commit is made where the files are as they should be. The same base and request give the same commit. Gives the newest
 * commit that holds them. Refuses (SLW-GIT) what git refuses, and where others win every try.
 */
export async function commitFiles(git: Git, request: FilesCommit): Promise<Tip> {
  checkRequest(request);
  await startRemote(git, request.branch);
  for (let tries = 0; tries < mostTries; tries++) {
    const base = await fetchTip(git, request.branch);
    const stream = await nextCommit(git, base, request);
    if (stream === undefined && base !== undefined) return base;
    await git.run(["fast-import", "--quiet", "--done", "--force"], stream);
    const next = await readTip(git, made);
    if (await pushed(git, base, next, request.branch)) return next;
    await setTimeout(Math.random() * longestWaitMs);
  }
  throw refusal(
    "SLW-GIT",
    `Others committed to ${request.branch} of ${git.remote.name} while each of ${mostTries} commits was made.`,
    {
      hint: "Nothing of this update is there. Run it again when they are done.",
    },
  );
}

/** Names what of these files is not in a branch as it should be: `Formula/runtime.rb: missing`. */
export async function branchDifferences(git: Git, branch: string, files: Files): Promise<readonly string[]> {
  const tip = await fetchTip(git, branch);
  return differencesFrom(files, tip === undefined ? new Map() : await entriesAt(git, tip, Object.keys(files)));
}

function checkRequest({ branch, files, message, author, date }: FilesCommit): void {
  checkBranch(branch);
  checkPaths(Object.keys(files));
  checkAuthor(author);
  if (message.trim() === "" || message.includes("\0")) throw refusal("SLW-GIT", "A commit needs a message.");
  if (!Number.isSafeInteger(date) || date < 0)
    throw refusal("SLW-GIT", "A commit's date is in whole seconds since 1970.");
}

/** What git-fast-import(1) reads to make the commit; undefined where the base has it all. */
async function nextCommit(git: Git, base: Tip | undefined, request: FilesCommit): Promise<string | undefined> {
  const { files, owned } = request;
  const paths = Object.keys(files).toSorted();
  const former = owned.filter((path) => !Object.hasOwn(files, path)).toSorted();
  const entries =
    base === undefined ? new Map() : await entriesAt(git, base, [...paths, ...paths.flatMap(foldersOf), ...former]);
  const gone = former.filter((path) => isFile(entries.get(path)));
  refuseObstacles(git.remote.name, paths, entries, gone);
  if (base !== undefined && gone.length === 0 && differencesFrom(files, entries).length === 0) return undefined;
  return commitStream(made, base, request, gone);
}

/** Whether the branch is at `next` now; false where another won. */
async function pushed(git: Git, base: Tip | undefined, next: Tip, branch: string): Promise<boolean> {
  const lease = `--force-with-lease=refs/heads/${branch}:${base?.commit ?? ""}`;
  const answer = await git.ask(
    ["push", "--quiet", "--porcelain", lease, "origin", `${next.commit}:refs/heads/${branch}`],
    [1],
  );
  if (answer.exitCode === 0) return true;
  const now = await tipId(git, branch);
  // The answer to a push that came through may be lost on the way.
  if (now === next.commit) return true;
  // The other side refuses without a reason where two come at the same instant, and the other one may not be done yet.
  if (
    now !== base?.commit ||
    /stale info|failed to update ref|cannot lock ref/.test(`${answer.stdout}\n${answer.stderr}`)
  )
    return false;
  throw gitRefusal(git.remote, answer, []);
}
