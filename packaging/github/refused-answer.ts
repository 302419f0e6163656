import { z } from "zod";
import { refusal, type SlipwayError } from "../errors.ts";

/** An answer that says no. */
export interface Refused {
  readonly refused: true;
  readonly status: number;
  /** GitHub's own words. */
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

const headers = z.record(z.string(), z.union([z.string(), z.number()]).optional());
/** What @octokit/request-error has of an answer; without `response` none came. */
const httpError = z.object({
  status: z.number(),
  response: z.object({ headers, data: z.unknown() }),
});
const graphqlError = z.object({
  name: z.literal("GraphqlResponseError"),
  errors: z.array(z.object({ message: z.string() })).min(1),
});
const body = z.object({
  message: z.string(),
  errors: z
    .array(
      z.union([
        z.string(),
        z.object({ message: z.string().optional(), code: z.string().optional(), field: z.string().optional() }),
      ]),
    )
    .optional(),
});

/** What an error of Octokit's says of an answer; undefined where no answer came. */
export function refusedBy(error: unknown): Refused | undefined {
  const graphql = graphqlError.safeParse(error);
  if (graphql.success) {
    return {
      refused: true,
      status: 200,
      reason: graphql.data.errors.map(({ message }) => message).join("; "),
      headers: {},
    };
  }
  const http = httpError.safeParse(error);
  if (!http.success) return undefined;
  const { status, response } = http.data;
  return { refused: true, status, reason: reasonOf(response.data), headers: response.headers };
}

function reasonOf(data: unknown): string {
  const told = body.safeParse(data);
  if (!told.success) return "no reason given";
  const { message, errors = [] } = told.data;
  const details = errors.map((it) =>
    typeof it === "string" ? it : (it.message ?? [it.field, it.code].filter(Boolean).join(" ")),
  );
  return oneLine([message.replace(/\.$/, ""), ...details].join(": "));
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 400);
}

/** Longest time that GitHub is waited for where it says how long, in seconds. */
const longestWait = 60;

/**
 * Seconds to wait before the same is asked again; undefined: in vain. GitHub, "Best practices for using the REST API", "Handle
 * rate limit errors appropriately".
 */
export function waitFor({ status, reason, headers: found }: Refused, wait: number | undefined): number | undefined {
  if (status >= 500) return wait;
  if (status !== 403 && status !== 429) return undefined;
  const after = Number(found["retry-after"]);
  if (Number.isFinite(after) && found["retry-after"] !== undefined) return after <= longestWait ? after : undefined;
  return status === 429 || /secondary rate limit/i.test(reason) ? wait : undefined;
}

/** The refusal (SLW-GITHUB) of a question that GitHub answered with no. */
export function answerRefused(
  what: string,
  { repository, needs }: { readonly repository: string; readonly needs: string },
  refused: Refused,
): SlipwayError {
  const { status, reason } = refused;
  return refusal("SLW-GITHUB", `GitHub refused ${what} with status ${status}: ${reason}.`, {
    hint: hintFor(refused, repository, needs),
  });
}

function hintFor({ status, headers: found, reason }: Refused, repository: string, needs: string): string {
  if (status === 401) return "The token is none that GitHub knows, or it has expired: make a new one.";
  if (found["x-ratelimit-remaining"] === "0" || /rate limit/i.test(reason)) {
    return "The token has asked more than GitHub allows in an hour. Nothing half is there: run again later.";
  }
  if (status === 403 && found["x-github-sso"] !== undefined) {
    return "The organisation wants the token to be authorised for single sign-on, on the token's page of GitHub.";
  }
  if (status === 403)
    return `The token needs the permission ${needs} for ${repository} (a classic token: the scope public_repo, or repo).`;
  if (status === 404)
    return `Look at the name, and whether the token may see ${repository} and has the permission ${needs}.`;
  if (status >= 500) return "GitHub has a fault. Nothing half is there: run again later.";
  return `The token needs the permission ${needs} for ${repository}.`;
}

/** The refusal (SLW-GITHUB) of a question that no answer came to. */
export function unreachable(what: string, error: unknown): SlipwayError {
  const why = error instanceof Error ? oneLine(error.message) : "unknown reason";
  return refusal("SLW-GITHUB", `GitHub could not be asked (${what}): ${why}.`, {
    hint: "Run again when it can be reached: nothing half is there.",
  });
}
