import { z } from "zod";
import { type GitHub, openGitHub, type Question } from "./github.ts";
import { sameText } from "./same-text.ts";

/** What a comment holds at most, in characters: GitHub refuses a longer one ("maximum is 65536 characters"). */
export const commentLimit = 65_536;

const perPage = 100;
/** Nobody writes more; an answer that never ends must not keep the job. */
const mostPages = 100;

/** Where comments of a pull request are read and written. */
export interface PullRequestPlace {
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly number: number;
  /** May write pull requests of the repository. */
  readonly token: string;
}

const comments = z.array(
  z.looseObject({
    id: z.int(),
    body: z.string().nullish(),
    user: z.looseObject({ type: z.string() }).nullish(),
  }),
);

/**
 * Makes `body` the one comment of a pull request that begins with `marker`, a line that readers do not see: the oldest
 * such comment of a bot is changed where there is one (a person may have quoted the marker), else a new one is written.
 * Gives what it did. Refuses (SLW-GITHUB) what GitHub does not answer as documented (REST API, "Issue comments"; a pull
 * request is an issue there).
 */
export async function putComment(
  place: PullRequestPlace,
  marker: string,
  body: string,
): Promise<"created" | "updated" | "unchanged"> {
  const text = `${marker}\n${body}`;
  const github = await openGitHub(place.token, { apiUrl: place.apiUrl });
  const there = await findComment(github, place, marker);
  if (there === undefined) {
    const path = `issues/${place.number}/comments`;
    await github.ask({ ...about(place), method: "POST", path, body: { body: text } }, z.unknown());
    return "created";
  }
  if (sameText(there.body ?? "", text)) return "unchanged";
  const path = `issues/comments/${there.id}`;
  await github.ask({ ...about(place), method: "PATCH", path, body: { body: text } }, z.unknown());
  return "updated";
}

function about({ repository }: PullRequestPlace): Pick<Question, "repository" | "needs"> {
  return { repository, needs: "pull-requests: write" };
}

async function findComment(
  github: GitHub,
  place: PullRequestPlace,
  marker: string,
): Promise<z.infer<typeof comments>[0] | undefined> {
  for (let page = 1; page <= mostPages; page++) {
    const path = `issues/${place.number}/comments?per_page=${perPage}&page=${page}`;
    const found = await github.ask({ ...about(place), method: "GET", path }, comments);
    const ours = found.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(`${marker}\n`));
    if (ours !== undefined || found.length < perPage) return ours;
  }
  return undefined;
}
