import { systemClock } from "../../clock.ts";

/** A transfer that may go better the next time. The message is the reason, for a sentence. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** How long the server asks to be left alone (RFC 9110 section 10.2.3). */
  readonly retryAfterMs: number | undefined;

  constructor(reason: string, retryAfterMs?: number) {
    super(reason);
    this.retryAfterMs = retryAfterMs;
  }
}

const passing = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ENETDOWN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EAI_AGAIN",
]);

/** An error of a connection that is worth another try, as an Interrupted; any other as it is. */
export function interrupted(error: unknown): unknown {
  const code = codeOf(error);
  return code !== undefined && passing.has(code) ? new Interrupted(`the connection was lost (${code})`) : error;
}

/** The code of an error of Node or of the system; where several addresses were tried, of the first. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

const busyStatus = new Set([408, 425, 429, 500, 502, 503, 504]);

/** A status that passes (RFC 9110 section 15, RFC 6585) as an Interrupted; undefined for any other. */
export function interruptedBy(status: number, retryAfter: string | undefined): Interrupted | undefined {
  if (!busyStatus.has(status)) return undefined;
  return new Interrupted(`the server answered ${status}`, retryAfter === undefined ? undefined : waitOf(retryAfter));
}

function waitOf(retryAfter: string): number | undefined {
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const until = Date.parse(retryAfter);
  return Number.isNaN(until) ? undefined : Math.max(0, until - systemClock.now() * 1000);
}
