import { randomBytes } from "node:crypto";
import { answerBytes } from "../answer-bytes.ts";
import { refusal, SlipwayError } from "../errors.ts";
import { printable } from "../manifest/printable.ts";
import { codeOf } from "../payload/download/interrupted.ts";
import { shownUrl } from "../payload/shown-url.ts";
import { timestampQuery, tokenOfReply } from "../signing/x509/timestamp-exchange.ts";
import { verifyTimestampAlone } from "../signing/x509/verify-cms.ts";
import { largestReply } from "./timestamps.ts";

/** A timestamp that an authority has just made. */
export interface NewTimestamp {
  /** The whole answer as it came. */
  readonly reply: Buffer;
  /** Seconds since 1970. */
  readonly seenAt: number;
}

/** Milliseconds until the whole answer is there. */
export const answerWithin = 30_000;

/** The address of an authority. Refuses (SLW-COMMAND) any other; plain http is as good, for what comes is signed. */
export function authorityUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username + url.password === "") return url.href;
  throw refusal("SLW-COMMAND", `--authority names no http or https address without a user: ${shownUrl(given)}.`);
}

/**
 * Asks an authority for a timestamp of a signature (RFC 3161, section 3.4: by HTTP), once, and verifies that the answer is one
 * to this question. Redirects are not followed.
 * @throws SlipwayError SLW-TIMESTAMP where there is no such answer.
 */
export async function askAuthority(
  authority: string,
  signature: Uint8Array,
  within: number = answerWithin,
): Promise<NewTimestamp> {
  const nonce = randomBytes(16);
  // A DER INTEGER begins with no byte that it could do without, and is not to be a negative one.
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  const reply = await exchange(authority, timestampQuery(signature, nonce), within);
  try {
    const timestamp = verifyTimestampAlone(tokenOfReply(reply, "The answer"), signature, "The timestamp");
    if (timestamp.nonce?.equals(nonce) === true) return { reply, seenAt: timestamp.seenAt };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const [mistake] = error.mistakes;
    throw refused(authority, `gave an answer that cannot be taken. ${mistake?.message}`, mistake?.hint);
  }
  throw refused(authority, "gave an answer to another question: its nonce is not the one that was sent.");
}

async function exchange(url: string, query: Uint8Array, within: number): Promise<Buffer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/timestamp-query",
        accept: "application/timestamp-reply",
        "user-agent": "slipway",
      },
      body: new Uint8Array(query),
      redirect: "manual",
      signal: AbortSignal.timeout(within),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw refused(url, `answers ${response.status}.`);
    }
    const tooLong = () => refused(url, `answers more than ${largestReply} bytes, the most that is embedded.`);
    return await answerBytes(response, largestReply, tooLong);
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    if (error instanceof Error && error.name === "TimeoutError") {
      throw refused(url, `gave no whole answer within ${within / 1000} s.`, "Run the command again later.");
    }
    // fetch says "fetch failed" and keeps the reason as its cause.
    const cause = error instanceof TypeError ? error.cause : undefined;
    if (!(cause instanceof Error)) throw error;
    throw refused(
      url,
      `cannot be asked (${codeOf(cause) ?? printable(cause.message)}).`,
      "Look at the address, the network and the proxy's settings.",
    );
  }
}

function refused(url: string, what: string, hint?: string): SlipwayError {
  return refusal("SLW-TIMESTAMP", `The timestamp authority ${shownUrl(url)} ${what}`, { hint });
}
