import { isoSeconds } from "../clock.ts";
import { refusal } from "../errors.ts";
import { commitAnswer, referenceAnswer, repositoryAnswer, treeAnswer } from "./answers.ts";
import { type Change, encoded } from "./change.ts";
import type { GitHub } from "./github.ts";
import { fileIds } from "./held-files.ts";

/** The commit that a branch is at; undefined where there is no such branch. */
export async function branchHead(github: GitHub, repository: string, branch: string): Promise<string | undefined> {
  const question = {
    method: "GET",
    repository,
    path: `git/ref/heads/${encoded(branch)}`,
    needs: "contents: read",
  } as const;
  return (await github.find(question, referenceAnswer))?.object.sha;
}

/**
 * Makes the one commit of a change on top of its base, by the API's git database: no clone is needed, however large the
 * repository is. Forks share its objects. The same change on the same base is the same commit. Nothing names it yet.
 */
export async function makeCommit(github: GitHub, change: Change): Promise<string> {
  const { repository, base, fork, title, files, removed, author, date } = change;
  const parent = await branchHead(github, repository, base);
  if (parent === undefined) throw refusal("SLW-GITHUB", `${repository} has no branch ${base}.`);
  const question = { method: "GET", repository, path: `git/commits/${parent}`, needs: "contents: read" } as const;
  const { tree: baseTree } = await github.ask(question, commitAnswer);
  const there = await fileIds(github, repository, parent, removed);
  const file = (path: string) => ({ path, mode: "100644", type: "blob" });
  const entries = [
    ...Object.entries(files).map(([path, content]) => ({ ...file(path), content })),
    // What is not there cannot be removed: GitHub refuses it.
    ...removed.filter((_, at) => there[at] !== undefined).map((path) => ({ ...file(path), sha: null })),
  ];
  const writes = { method: "POST", repository: fork, needs: "contents: write" } as const;
  const tree = await github.ask(
    { ...writes, path: "git/trees", body: { base_tree: baseTree.sha, tree: entries } },
    treeAnswer,
  );
  const who = { ...author, date: isoSeconds(date) };
  const body = { message: title, tree: tree.sha, parents: [parent], author: who, committer: who };
  return (await github.ask({ ...writes, path: "git/commits", body }, commitAnswer)).sha;
}

/** The API that takes the expected commit along (GraphQL, "updateRefs"); the one of REST forces without looking. */
const updateRefs = "mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }";

/** Points a branch at a commit while it is still at `before` (undefined: not there). Refuses (SLW-GITHUB) where it is not. */
export async function pointBranch(
  github: GitHub,
  { fork: repository, branch }: Change,
  before: string | undefined,
  commit: string,
): Promise<void> {
  if (before === commit) return;
  const needs = "contents: write";
  const reason =
    before === undefined
      ? await createBranch(github, repository, branch, commit)
      : await moveBranch(github, repository, branch, before, commit);
  if (reason === undefined || (await branchHead(github, repository, branch)) === commit) return;
  throw refusal(
    "SLW-GITHUB",
    `The branch ${branch} of ${repository} could not be moved from ${before?.slice(0, 10) ?? "nothing"}: ${reason}.`,
    {
      hint: `Somebody else may have moved it: look at it, and run again. The token needs the permission ${needs}.`,
    },
  );
}

async function createBranch(
  github: GitHub,
  repository: string,
  branch: string,
  sha: string,
): Promise<string | undefined> {
  const body = { ref: `refs/heads/${branch}`, sha };
  const question = { method: "POST", repository, path: "git/refs", body, needs: "contents: write" } as const;
  // 422: it is there already, made by another process or by a request whose answer was lost.
  const made = await github.find(question, referenceAnswer, [422]);
  return made === undefined ? "there is a branch of this name now" : undefined;
}

async function moveBranch(
  github: GitHub,
  repository: string,
  branch: string,
  before: string,
  commit: string,
): Promise<string | undefined> {
  const about = { repository, needs: "contents: write" } as const;
  const { node_id } = await github.ask({ ...about, method: "GET", path: "" }, repositoryAnswer);
  const refUpdates = [{ name: `refs/heads/${branch}`, beforeOid: before, afterOid: commit, force: true }];
  return github.mutate(about, updateRefs, { repositoryId: node_id, refUpdates });
}
