import type { Clock } from "../clock.ts";
import { refusal } from "../errors.ts";
import { type Answer, answered } from "./answer.ts";

/** Signed requests are refused beyond (Amazon S3 and others: 15 minutes), and so are signatures from the future by some clients. */
const toleratedSeconds = 5 * 60;
const answerWithinMs = 10_000;

/** Whether this machine's clock is that of a server, by the `Date` of its answer (RFC 9110, section 6.6.1), whatever it says otherwise. */
export async function askClock(address: string, clock: Clock): Promise<Answer> {
  return answered(address, "is this machine's clock right?", async () => {
    const theirs = await dateOf(address);
    if (theirs === undefined) return "it does not say";
    const ahead = clock.now() - theirs;
    const words = ahead === 0 ? "to the second" : `${Math.abs(ahead)} s ${ahead > 0 ? "ahead" : "behind"}`;
    if (Math.abs(ahead) <= toleratedSeconds) return `yes, ${words}`;
    throw refusal("SLW-PREFLIGHT", `no, it is ${words}.`, {
      hint: "Set the clock (on Linux: timedatectl set-ntp true): signatures and requests are dated by it.",
    });
  });
}

/** Seconds since 1970; undefined where nobody answers, which other questions tell. */
async function dateOf(address: string): Promise<number | undefined> {
  const signal = AbortSignal.timeout(answerWithinMs);
  const response = await fetch(address, { method: "HEAD", redirect: "manual", signal }).catch(() => undefined);
  const date = Date.parse(response?.headers.get("date") ?? "");
  return Number.isNaN(date) ? undefined : Math.floor(date / 1000);
}
