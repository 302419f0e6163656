import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { answerBytes, jsonIn } from "../answer-bytes.ts";
import { refusal, SlipwayError } from "../errors.ts";
import { printable } from "../manifest/printable.ts";
import { codeOf, Interrupted, interrupted, interruptedBy } from "../payload/download/interrupted.ts";
import { shownUrl } from "../payload/shown-url.ts";
import type { NotaryPolicy } from "./policy.ts";

/** One question to a service that speaks JSON. */
export interface Question {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** Made anew for each attempt: a token must not outlive a long pause. */
  headers?(): Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Bytes of the longest answer that is read. */
  readonly limit: number;
}

export interface Answer {
  readonly status: number;
  readonly value: unknown;
}

/**
 * Asks until there is an answer that stays: what passes (no connection, 429, 5xx) is tried again a few times, as long as
 * `policy` says. Any other status is the caller's. Redirects are not followed.
 * @throws SlipwayError SLW-NOTARY where no answer is to be had.
 */
export async function ask(question: Question, policy: NotaryPolicy): Promise<Answer> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await askOnce(question, policy);
    } catch (error) {
      const passing = interrupted(error);
      if (!(passing instanceof Interrupted)) throw unreachable(error, question);
      if (failures >= policy.failures) throw givenUp(passing, question, failures);
      await delay(pauseBefore(failures, passing, question, policy));
    }
  }
}

async function askOnce({ method, url, headers, body, limit }: Question, policy: NotaryPolicy): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      accept: "application/json",
      "user-agent": "slipway",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers?.(),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: "manual",
    signal: AbortSignal.timeout(policy.answerWithin),
  }).catch((error: unknown) => {
    throw reasonOf(error, policy);
  });
  const tooLong = () =>
    refusal("SLW-NOTARY", `${shownUrl(url)} answers more than ${limit} bytes; this is not the service meant.`);
  const bytes = await answerBytes(response, limit, tooLong).catch((error: unknown) => {
    throw reasonOf(error, policy);
  });
  const passing = interruptedBy(response.status, response.headers.get("retry-after") ?? undefined);
  if (passing !== undefined) throw passing;
  return { status: response.status, value: jsonIn(bytes) };
}

/** fetch says "fetch failed" and keeps the reason as its cause; its own limit of time is told by a name. */
function reasonOf(error: unknown, policy: NotaryPolicy): unknown {
  if (error instanceof SlipwayError) return error;
  if (error instanceof Error && error.name === "TimeoutError") {
    return new Interrupted(`no answer came within ${policy.answerWithin / 1000} s`);
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  // What undici says of a connection that ends too early.
  return codeOf(cause) === "UND_ERR_SOCKET" ? new Interrupted("the connection was lost") : cause;
}

function pauseBefore(failures: number, passing: Interrupted, { url }: Question, policy: NotaryPolicy): number {
  const asked = passing.retryAfterMs ?? 0;
  if (asked > policy.longestRetryAfter) {
    const wait = `asks to wait ${Math.ceil(asked / 1000)} s`;
    throw refusal("SLW-NOTARY", `${shownUrl(url)} cannot be asked now: ${passing.message} and ${wait}.`, {
      hint: "Run again after that time: it goes on where this run ends.",
    });
  }
  return Math.max(Math.min(policy.firstPause * 2 ** (failures - 1), policy.longestPause), asked);
}

function givenUp(passing: Interrupted, { url }: Question, times: number): SlipwayError {
  return refusal("SLW-NOTARY", `${shownUrl(url)} cannot be asked: ${passing.message}, the last of ${times} times.`, {
    hint: "Run again later: it goes on where this run ends.",
  });
}

/** Neither a refusal nor passing: a name that is not known, a certificate that is not trusted. */
function unreachable(error: unknown, { url }: Question): unknown {
  const code = codeOf(error);
  if (error instanceof SlipwayError || code === undefined) return error;
  return refusal("SLW-NOTARY", `${shownUrl(url)} cannot be asked (${code}).`, {
    hint: "Look at the network, at the proxy's settings, and at the certificates that this machine trusts.",
  });
}

const errorList = z.object({
  errors: z.array(z.object({ title: z.string().optional(), detail: z.string().optional() })),
});
/** A reason is a sentence or two. */
const longestReason = 300;

/** What an App Store Connect service says of a refusal, in one printable line; undefined where it says nothing. */
export function statedReason(value: unknown): string | undefined {
  const [first] = errorList.safeParse(value).data?.errors ?? [];
  const reason = first?.detail ?? first?.title;
  return reason === undefined ? undefined : printable(reason.replaceAll(/\s+/g, " ")).slice(0, longestReason);
}
