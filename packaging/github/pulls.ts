import { z } from "zod";
import { type Pull, pullAnswer, pullFilesAnswer, type WholePull, wholePullAnswer } from "./answers.ts";
import type { Change } from "./change.ts";
import type { GitHub } from "./github.ts";
import { holds } from "./held-files.ts";
import { sameText } from "./same-text.ts";

const reads = { method: "GET", needs: "pull-requests: read" } as const;
const writes = { needs: "pull-requests: write" } as const;

/** Pull requests of a change's branch to its base, the newest first. */
export async function pullsOf(
  github: GitHub,
  { repository, base, fork, branch }: Pick<Change, "repository" | "base" | "fork" | "branch">,
): Promise<readonly Pull[]> {
  const query = new URLSearchParams({
    head: `${ownerOf(fork)}:${branch}`,
    base,
    state: "all",
    sort: "created",
    direction: "desc",
    per_page: "100",
  });
  const found = await github.ask({ ...reads, repository, path: `pulls?${query}` }, z.array(pullAnswer));
  // An owner may have more than one fork. What a deleted one asked for is told by its branch alone.
  return found.filter(({ head }) => head.ref === branch && (head.repo === null || sameName(head.repo.full_name, fork)));
}

/** Whether an open pull request asks for a change, the whole change and nothing else, by one commit. */
export async function asksExactly(github: GitHub, pull: Pull, change: Change): Promise<boolean> {
  const { repository, files, removed } = change;
  const { number } = pull;
  const whole = await wholePull(github, repository, number);
  const paths = new Set([...Object.keys(files), ...removed]);
  if (whole.commits !== 1 || whole.changed_files > Math.min(paths.size, 100)) return false;
  const changed = await github.ask(
    { ...reads, repository, path: `pulls/${number}/files?per_page=100` },
    pullFilesAnswer,
  );
  return (
    changed.every(({ filename }) => paths.has(filename)) && (await holds(github, repository, pull.head.sha, change))
  );
}

/** A pull request with what only its own page tells. */
export async function wholePull(github: GitHub, repository: string, number: number): Promise<WholePull> {
  return github.ask({ ...reads, repository, path: `pulls/${number}` }, wholePullAnswer);
}

/** Opens a pull request; undefined where GitHub will not, since there is one already (or nothing to ask for). */
export async function openPull(
  github: GitHub,
  { repository, base, fork, branch, title, body }: Change,
): Promise<Pull | undefined> {
  const head = sameName(repository, fork)
    ? { head: branch }
    : { head: `${ownerOf(fork)}:${branch}`, head_repo: fork.split("/")[1], maintainer_can_modify: true };
  return github.find(
    { ...writes, method: "POST", repository, path: "pulls", body: { title, body, base, ...head } },
    pullAnswer,
    [422],
  );
}

/** Gives an open pull request the title and text of the change, where it has others. */
export async function keepWords(github: GitHub, pull: Pull, { repository, title, body }: Change): Promise<void> {
  if (sameText(pull.title, title) && sameText(pull.body ?? "", body)) return;
  await github.ask(
    { ...writes, method: "PATCH", repository, path: `pulls/${pull.number}`, body: { title, body } },
    pullAnswer,
  );
}

function ownerOf(repository: string): string {
  return repository.split("/")[0] ?? "";
}

/** GitHub keeps the case of a name, and does not look at it. */
function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
