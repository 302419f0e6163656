import { z } from "zod";
import { answerBytes, jsonIn } from "../answer-bytes.ts";
import { refusal, SlipwayError } from "../errors.ts";
import { printable } from "../manifest/printable.ts";
import { codeOf } from "../payload/download/interrupted.ts";

/** Where a job asks who it is (`ACTIONS_ID_TOKEN_REQUEST_URL`), and the token that it asks with. */
export interface IdTokenDoor {
  readonly url: string;
  readonly token: string;
}

/** Bytes of the longest answer that is read; a token has one or two thousand. */
const largestAnswer = 64 << 10;
/** Milliseconds until the whole answer is there. */
const answerWithin = 30_000;

/** A JWT in its compact form (RFC 7519, section 3); AWS takes 20,000 characters (API of STS, WebIdentityToken). */
const answer = z.looseObject({
  value: z
    .string()
    .max(20_000)
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/),
});

/** Whether a job may be asked to send its token there: over TLS, or to this machine. */
export function isIdTokenUrl(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, hostname, username, password } = new URL(given);
  const local = protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  return (protocol === "https:" || local) && username + password === "";
}

/**
 * The token by which GitHub says to `audience` who the job is (Actions, "OpenID Connect reference"). It is asked for once;
 * redirects are not followed.
 * @throws SlipwayError SLW-GITHUB where there is none; it names neither the address's query nor a token.
 */
export async function askIdToken(
  { url, token }: IdTokenDoor,
  audience: string,
  within: number = answerWithin,
): Promise<string> {
  const asked = new URL(url);
  asked.searchParams.set("audience", audience);
  try {
    const response = await fetch(asked, {
      headers: { accept: "application/json", authorization: `Bearer ${token}`, "user-agent": "slipway" },
      redirect: "manual",
      signal: AbortSignal.timeout(within),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw refused(`answers ${response.status}`);
    }
    const found = answer.safeParse(jsonIn(await answerBytes(response, largestAnswer, tooLong)));
    if (found.success) return found.data.value;
    throw refused("answers something that is no token");
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    if (error instanceof Error && error.name === "TimeoutError") {
      throw refused(`gave no whole answer within ${within / 1000} s`);
    }
    // fetch says "fetch failed" and keeps the reason as its cause.
    const cause = error instanceof TypeError ? error.cause : undefined;
    if (!(cause instanceof Error)) throw error;
    throw refused(`cannot be asked (${codeOf(cause) ?? printable(cause.message)})`);
  }
}

const tooLong = () => refused(`answers more than ${largestAnswer} bytes`);

function refused(what: string): SlipwayError {
  return refusal("SLW-GITHUB", `GitHub's endpoint of ID tokens ${what}.`, {
    hint: "Run the job again: nothing was handed on.",
  });
}
