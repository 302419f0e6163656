import { setTimeout } from "node:timers/promises";
import type { z } from "zod";
import { refusal } from "../errors.ts";
import { limitedFetch } from "./limited-fetch.ts";
import { answerRefused, type Refused, refusedBy, unreachable, waitFor } from "./refused-answer.ts";

/** One question to GitHub's REST API about a repository. */
export interface Question {
  readonly method: "GET" | "POST" | "PATCH";
  /** `owner/name` */
  readonly repository: string;
  /** Below `/repos/OWNER/NAME/`, already encoded: `git/ref/heads/main`. Empty: the repository itself. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** What a token needs for it, in GitHub's words: "contents: write". */
  readonly needs: string;
}

/** GitHub's API, asked with one token. Refuses (SLW-GITHUB) what is refused or not answered as documented. */
export interface GitHub {
  ask<Answer>(question: Question, schema: z.ZodType<Answer>): Promise<Answer>;
  /** The same; undefined where the answer has one of these statuses. */
  find<Answer>(question: Question, schema: z.ZodType<Answer>, absent?: readonly number[]): Promise<Answer | undefined>;
  /** A GraphQL mutation; gives GitHub's reason where it was not carried out. `question` is for messages. */
  mutate(
    question: Pick<Question, "repository" | "needs">,
    mutation: string,
    input: Readonly<Record<string, unknown>>,
  ): Promise<string | undefined>;
}

export interface GitHubOptions {
  /** Without a final slash; that of GITHUB_API_URL by default, as an Enterprise Server's jobs have it. */
  readonly apiUrl?: string;
  /** Seconds before each try after the first. */
  readonly waits?: readonly number[];
}

const answerWithinMs = 60_000;

/** GitHub's address: https, or plain http on this machine, since the token goes along. */
export function gitHubUrl(environment: Readonly<NodeJS.ProcessEnv> = process.env): string {
  const url = (environment["GITHUB_API_URL"] || "https://api.github.com").replace(/\/+$/, "");
  if (/^https:\/\/[^@]+$/.test(url) || /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?(?:\/|$)/.test(url)) return url;
  throw refusal(
    "SLW-GITHUB",
    "GITHUB_API_URL is expected to be an https address without a user: a token is sent there.",
  );
}

/**
 * Opens GitHub's API. Server errors, lost connections and rate limits that end soon are waited for; a question may thus be
 * asked twice, and whoever writes looks at what is there.
 */
export async function openGitHub(
  token: string,
  { apiUrl = gitHubUrl(), waits = [1, 4, 15] }: GitHubOptions = {},
): Promise<GitHub> {
  // A hundred milliseconds that only those pay who talk to GitHub.
  const { Octokit } = await import("@octokit/core");
  const octokit = new Octokit({ auth: token, baseUrl: apiUrl, userAgent: "slipway", request: { fetch: limitedFetch } });
  const headers = { "x-github-api-version": "2022-11-28" };
  const tried = async <Answer>(
    once: (signal: AbortSignal) => Promise<Answer>,
    what: string,
    [wait, ...more]: readonly number[],
  ): Promise<Answer | Refused> => {
    try {
      return await once(AbortSignal.timeout(answerWithinMs));
    } catch (error) {
      const refused = refusedBy(error);
      const pause = refused === undefined ? wait : waitFor(refused, wait);
      if (wait !== undefined && pause !== undefined) {
        await setTimeout(pause * 1000);
        return tried(once, what, more);
      }
      if (refused === undefined) throw unreachable(what, error);
      return refused;
    }
  };
  const find = async <Answer>(question: Question, schema: z.ZodType<Answer>, absent: readonly number[] = [404]) => {
    const { method, repository, path, body } = question;
    const what = path === "" ? `${method} ${repository}` : `${method} ${path.replace(/\?.*/, "")} of ${repository}`;
    const url = `/repos/${repository}${path === "" ? "" : `/${path}`}`;
    const answer = await tried(
      (signal) => octokit.request({ method, url, headers, ...body, request: { signal } }),
      what,
      waits,
    );
    if ("refused" in answer) {
      if (absent.includes(answer.status)) return undefined;
      throw answerRefused(what, question, answer);
    }
    const parsed = schema.safeParse(answer.data);
    if (parsed.success) return parsed.data;
    throw refusal(
      "SLW-GITHUB",
      `GitHub's answer to ${what} is not the documented one: ${parsed.error.issues[0]?.path.join(".")}.`,
    );
  };
  return {
    find,
    ask: async (question, schema) => {
      const found = await find(question, schema, []);
      if (found === undefined) throw new Error("no status stands for an absent answer here");
      return found;
    },
    mutate: async ({ repository, needs }, mutation, input) => {
      const what = `a change of ${repository}`;
      const answer = await tried(
        (signal) => octokit.graphql(mutation, { input, request: { signal } }).then(() => "done" as const),
        what,
        waits,
      );
      if (answer === "done") return undefined;
      if (answer.status === 200) return answer.reason;
      throw answerRefused(what, { repository, needs }, answer);
    },
  };
}
