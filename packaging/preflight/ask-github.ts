import { refusal } from "../errors.ts";
import { repositoryAnswer } from "../github/answers.ts";
import { branchHead } from "../github/branch-commit.ts";
import { type Change, checkRepository } from "../github/change.ts";
import { type GitHub, openGitHub } from "../github/github.ts";
import { holds } from "../github/held-files.ts";
import { pullsOf } from "../github/pulls.ts";
import { outcomeOf } from "../github/request-change.ts";
import type { KeySource } from "../signing/signer.ts";
import { openToken } from "../signing/token.ts";
import { type Answer, answered, withoutToken } from "./answer.ts";

/** A repository on GitHub that is written to. */
export interface RepositoryDestination {
  /** `owner/name` */
  readonly repository: string;
  readonly token: KeySource;
}

/** Where pull requests go: what is asked for may not be known yet, its branch is. */
export interface PullDestination extends RepositoryDestination, Pick<Change, "base" | "fork"> {
  readonly branch?: string;
  readonly change?: Pick<Change, "files" | "removed">;
}

/** Whether the repository is there, and this token may write to it. */
export async function askRepository(
  { repository, token }: RepositoryDestination,
  writing: boolean,
): Promise<readonly Answer[]> {
  return withGitHub(repository, token, writing, async (github) => [
    await answered(repository, "may this token write there?", () => writable(github, repository, writing)),
  ]);
}

/** The same of the fork that a pull request comes from, and whether its branch is free. */
export async function askPullRequest(destination: PullDestination, writing: boolean): Promise<readonly Answer[]> {
  const { repository, base, fork, branch, token } = destination;
  return withGitHub(repository, token, writing, async (github) => {
    const asked = await answered(repository, "does it take pull requests?", async () => {
      const { archived } = await repositoryOf(github, repository);
      if (archived) throw refusal("SLW-GITHUB", "no, it is archived.", { hint: "Name another repository." });
      const head = await branchHead(github, repository, base);
      if (head === undefined)
        throw refusal("SLW-GITHUB", `no, it has no branch ${base}.`, { hint: "Name the branch that it merges to." });
      return `yes; ${base} is at ${head.slice(0, 10)}`;
    });
    if (!asked.ok) return [asked];
    const written = await answered(fork, "may this token write there?", () =>
      writable(github, fork, writing, repository),
    );
    if (!written.ok || branch === undefined) return [asked, written];
    const free = await answered(fork, `is the branch ${branch} free?`, () => freeBranch(github, destination, branch));
    return [asked, written, free];
  });
}

async function withGitHub(
  repository: string,
  token: KeySource,
  writing: boolean,
  ask: (github: GitHub) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  const missing = withoutToken(repository, token, writing);
  if (missing !== undefined) return [missing];
  let opened: GitHub | undefined;
  const read = await answered(repository, "can its token be read?", async () => {
    opened = await openGitHub(await openToken(token));
    return "yes";
  });
  return opened === undefined ? [read] : ask(opened);
}

async function repositoryOf(github: GitHub, repository: string) {
  checkRepository(repository);
  return github.ask({ method: "GET", repository, path: "", needs: "metadata: read" }, repositoryAnswer);
}

/** `source`: the repository that it is to be a fork of, or is itself. */
async function writable(
  github: GitHub,
  repository: string,
  writing: boolean,
  source: string = repository,
): Promise<string> {
  const { full_name, archived, permissions, ...found } = await repositoryOf(github, repository);
  const same = (one: string | undefined) => one?.toLowerCase() === source.toLowerCase();
  if (!same(full_name) && !same(found.source?.full_name)) {
    throw refusal("SLW-GITHUB", `no, it is no fork of ${source}.`, {
      hint: `Fork ${source} on GitHub, and name the fork.`,
    });
  }
  if (archived) throw refusal("SLW-GITHUB", "no, it is archived.", { hint: "Name another repository." });
  // Some tokens are not told: then the first write shows it.
  if (permissions?.push === false && !writing) return "no; a preview needs it not, an update does";
  if (permissions?.push === false) {
    throw refusal("SLW-GITHUB", "no.", {
      hint: `The token needs the permission contents: write for ${repository} (a classic token: the scope public_repo, or repo).`,
    });
  }
  return permissions === undefined ? "GitHub does not say" : "yes";
}

async function freeBranch(github: GitHub, { change, ...where }: PullDestination, branch: string): Promise<string> {
  const [pull] = await pullsOf(github, { ...where, branch });
  if (pull !== undefined) return `it is that of pull request ${pull.number}, which is ${outcomeOf(pull).state}`;
  const head = await branchHead(github, where.fork, branch);
  if (head === undefined) return "yes";
  if (change === undefined)
    return `it is at ${head.slice(0, 10)}, without a pull request; an update looks at its files`;
  if (await holds(github, where.fork, head, change))
    return "it has what is to be asked for, from an update that ended early";
  throw refusal("SLW-GITHUB", `no, it is at ${head.slice(0, 10)}, which is nothing of this release.`, {
    hint: "Look at it, and delete it there if nobody needs it.",
  });
}
