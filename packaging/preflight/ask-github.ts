import { refusal } from "../errors.ts";
import { repositoryAnswer } from "../github/answers.ts";
import { branchHead } from "../github/branch-commit.ts";
import { type Change, checkRepository } from "../github/change.ts";
import { type GitHub, openGitHub } from "../github/github.ts";
import type { Release } from "../plan/release-plan.ts";
import type { KeySource } from "../signing/signer.ts";
import { openToken } from "../signing/token.ts";
import { type Answer, answered, withoutToken } from "./answer.ts";
import { askEachRelease } from "./ask-release.ts";
import { askRequest } from "./ask-request.ts";
import type { AskedRequest } from "./asked-requests.ts";

/** A repository on GitHub that is written to. */
export interface RepositoryDestination {
  /** `owner/name` */
  readonly repository: string;
  readonly token: KeySource;
}

/** Where pull requests go, and those that are to be made. */
export interface PullDestination extends RepositoryDestination, Pick<Change, "base" | "fork"> {
  readonly requests: readonly AskedRequest[];
}

/** Where releases go that the bucket has. */
export interface ReleaseDestination extends RepositoryDestination {
  readonly releases: readonly Release[];
}

/** Whether the repository is there, this token may write to it, and what it has of these releases. */
export async function askReleases(
  { repository, token, releases }: ReleaseDestination,
  writing: boolean,
): Promise<readonly Answer[]> {
  return withGitHub(repository, token, writing, async (github, opened) => {
    const written = await answered(repository, "may this token write there?", () =>
      writable(github, repository, writing),
    );
    if (!written.ok) return [written];
    return [written, ...(await askEachRelease(repository, opened, releases))];
  });
}

/** The same of the fork that pull requests come from, and of each request whether its version is there and its branch free. */
export async function askPullRequests(destination: PullDestination, writing: boolean): Promise<readonly Answer[]> {
  const { repository, base, fork, requests, token } = destination;
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
    if (!written.ok) return [asked, written];
    const ofRequests = await Promise.all(requests.map((request) => askRequest(github, destination, request)));
    return [asked, written, ...ofRequests.flat()];
  });
}

async function withGitHub(
  repository: string,
  token: KeySource,
  writing: boolean,
  ask: (github: GitHub, token: string) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  const missing = withoutToken(repository, token, writing);
  if (missing !== undefined) return [missing];
  let opened: string | undefined;
  const read = await answered(repository, "can its token be read?", async () => {
    opened = await openToken(token);
    return "yes";
  });
  return opened === undefined ? [read] : ask(await openGitHub(opened), opened);
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
