import { z } from "zod";
import { refusal } from "../errors.ts";

/** What a comment holds at most, in characters: GitHub refuses a longer one ("maximum is 65536 characters"). */
export const commentLimit = 65_536;

const perPage = 100;
/** Nobody writes more; an answer that never ends must not keep the job. */
const mostPages = 100;
const answerWithinMs = 60_000;

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
  const there = await findComment(place, marker);
  if (there === undefined) {
    await ask(place, "POST", `issues/${place.number}/comments`, { body: text });
    return "created";
  }
  if (sameText(there.body ?? "", text)) return "unchanged";
  await ask(place, "PATCH", `issues/comments/${there.id}`, { body: text });
  return "updated";
}

/** GitHub gives a comment back with other line breaks, and trimmed. */
function sameText(one: string, other: string): boolean {
  const plain = (text: string) => text.replaceAll("\r\n", "\n").trim();
  return plain(one) === plain(other);
}

async function findComment(place: PullRequestPlace, marker: string): Promise<z.infer<typeof comments>[0] | undefined> {
  for (let page = 1; page <= mostPages; page++) {
    const path = `issues/${place.number}/comments?per_page=${perPage}&page=${page}`;
    const found = comments.safeParse(await ask(place, "GET", path));
    if (!found.success) {
      throw refusal("SLW-GITHUB", `GitHub's list of the comments of pull request ${place.number} is no such list.`);
    }
    const ours = found.data.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(`${marker}\n`));
    if (ours !== undefined || found.data.length < perPage) return ours;
  }
  return undefined;
}

async function ask(place: PullRequestPlace, method: string, path: string, body?: unknown): Promise<unknown> {
  const what = `${method} ${path.replace(/\?.*/, "")}`;
  const response = await fetch(`${place.apiUrl}/repos/${place.repository}/${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${place.token}`,
      "user-agent": "slipway",
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(answerWithinMs),
  }).catch((error: unknown) => {
    throw refusal("SLW-GITHUB", `GitHub could not be asked (${what}): ${reasonOf(error)}.`);
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const { message = "no reason given" } = z.looseObject({ message: z.string().optional() }).catch({}).parse(answer);
  throw refusal("SLW-GITHUB", `GitHub refused ${what} with status ${response.status}: ${message}.`, {
    hint: "The job that comments needs the permission pull-requests: write, and the token in GITHUB_TOKEN.",
  });
}

/** fetch says "fetch failed" and keeps the reason as its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
