import { type Pull, wholeCommitAnswer } from "./answers.ts";
import type { Change } from "./change.ts";
import type { GitHub } from "./github.ts";
import { wholePull } from "./pulls.ts";

/**
 * Whether a commit is of the form that makeCommit gives it: one parent, and the change's author as author and committer at
 * one moment. What others commit, rebase or amend has another committer or another moment.
 */
export async function isOwnCommit(
  github: GitHub,
  repository: string,
  sha: string,
  { author }: Pick<Change, "author">,
): Promise<boolean> {
  const question = { method: "GET", repository, path: `git/commits/${sha}`, needs: "contents: read" } as const;
  const made = await github.ask(question, wholeCommitAnswer);
  const byAuthor = [made.author, made.committer].every((it) => it.name === author.name && it.email === author.email);
  return byAuthor && made.author.date === made.committer.date && made.parents.length === 1;
}

/**
 * Whether people have committed to an open pull request, so that its branch at `head` is no longer Slipway's alone to move.
 * `known`: a commit that was made for this change before.
 */
export async function hasCommitsOfOthers(
  github: GitHub,
  pull: Pull,
  head: string,
  change: Change,
  known: string | undefined,
): Promise<boolean> {
  if (head === known) return false;
  const { commits } = await wholePull(github, change.repository, pull.number);
  return commits !== 1 || !(await isOwnCommit(github, change.fork, head, change));
}
