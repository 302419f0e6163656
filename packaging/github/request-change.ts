import { refusal } from "../errors.ts";
import type { Pull } from "./answers.ts";
import { branchHead, makeCommit, pointBranch } from "./branch-commit.ts";
import { type Change, checkChange } from "./change.ts";
import type { GitHub } from "./github.ts";
import { holds } from "./held-files.ts";
import { hasCommitsOfOthers, isOwnCommit } from "./own-commits.ts";
import { asksExactly, keepWords, openPull, pullsOf } from "./pulls.ts";

/** What became of a change: people decide about it. */
export type ChangeState = "requested" | "merged" | "refused";

export interface RequestedChange {
  /** Of the pull request; null: none was needed, the base has it all. */
  readonly number: number | null;
  readonly url: string;
  readonly state: ChangeState;
  /**
   * The newest commit of the pull request, or the base's where there is none; null where people have committed to the open
   * request, which was left as they have it.
   */
  readonly commit: string | null;
}

/**
 * Asks for a change: one commit on a branch, and a pull request. An open request is adopted or brought to the change, unless
 * people have committed to it, and never closed; what the base has, or people closed, is not asked for again. Runs again after a death anywhere in it.
 * `known`: a commit that was made of an earlier form of this change, so that the branch is known as ours.
 * @throws SlipwayError SLW-GITHUB also where somebody else has the branch.
 */
export async function requestChange(
  github: GitHub,
  change: Change,
  known: string | undefined,
): Promise<RequestedChange> {
  checkChange(change);
  const pulls = await pullsOf(github, change);
  const open = pulls.find(({ state }) => state === "open");
  if (open === undefined) {
    const decided = await decision(github, pulls, change);
    if (decided !== undefined) return decided;
  } else if (await asksExactly(github, open, change)) {
    await keepWords(github, open, change);
    return outcomeOf(open);
  }
  const head = await branchHead(github, change.fork, change.branch);
  if (open !== undefined && head !== undefined && (await hasCommitsOfOthers(github, open, head, change, known)))
    return { ...outcomeOf(open), commit: null };
  if (open === undefined && head !== undefined && !(await isLeftOver(github, head, pulls, change, known)))
    throw branchTaken(change, head);
  const commit = await makeCommit(github, change);
  await pointBranch(github, change, head, commit);
  const asked =
    open ?? (await openPull(github, change)) ?? (await pullsOf(github, change)).find(({ state }) => state === "open");
  if (asked === undefined) throw notOpened(change);
  await keepWords(github, asked, change);
  return { ...outcomeOf(asked), commit };
}

/** What a pull request stands for now. */
export function outcomeOf({ number, html_url, state, merged_at, head }: Pull): RequestedChange {
  const decided = merged_at == null ? "refused" : "merged";
  return { number, url: html_url, state: state === "open" ? "requested" : decided, commit: head.sha };
}

/**
 * What the base and people say of this very change. A merged request counts while the base has the change: it may have been
 * taken back since, and is asked for anew then. One that people closed counts for good.
 */
async function decision(github: GitHub, pulls: readonly Pull[], change: Change): Promise<RequestedChange | undefined> {
  const { repository, base } = change;
  const commit = await branchHead(github, repository, base);
  if (commit === undefined)
    throw refusal("SLW-GITHUB", `${repository} has no branch ${base}, or the token may not see it.`);
  const newest = await sameChange(github, pulls, change);
  const outcome = newest === undefined ? undefined : outcomeOf(newest);
  if (await holds(github, repository, commit, change))
    return outcome?.state === "merged" ? outcome : { number: null, url: "", state: "merged", commit };
  return outcome?.state === "refused" ? outcome : undefined;
}

/** The newest pull request that asked for this very change. */
async function sameChange(github: GitHub, pulls: readonly Pull[], change: Change): Promise<Pull | undefined> {
  for (const pull of pulls) {
    // GitHub keeps the commits of a pull request in the repository that it was made to.
    if (await holds(github, change.repository, pull.head.sha, change)) return pull;
  }
  return undefined;
}

/** Whether a branch without an open request is at a commit of a decided one, or of a run that died before it asked. */
async function isLeftOver(
  github: GitHub,
  head: string,
  decided: readonly Pull[],
  change: Change,
  known: string | undefined,
): Promise<boolean> {
  if ([known, ...decided.map((pull) => pull.head.sha)].includes(head)) return true;
  return (await holds(github, change.fork, head, change)) && (await isOwnCommit(github, change.fork, head, change));
}

function branchTaken({ fork, branch }: Change, head: string): Error {
  return refusal(
    "SLW-GITHUB",
    `The branch ${branch} of ${fork} is at ${head.slice(0, 10)}, which is nothing of this release.`,
    {
      hint: "Look at it, and delete it there if nobody needs it. Nothing was written.",
    },
  );
}

function notOpened({ repository, base, fork, branch }: Change): Error {
  return refusal("SLW-GITHUB", `GitHub opened no pull request to ${base} of ${repository} for ${branch} of ${fork}.`, {
    hint: `Look whether ${fork} is a fork of ${repository}, and whether the token may ask there (pull-requests: write).`,
  });
}
