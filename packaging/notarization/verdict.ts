import { setTimeout as delay } from "node:timers/promises";
import { type Clock, isoSeconds } from "../clock.ts";
import { refusal, type SlipwayError } from "../errors.ts";
import { printable } from "../manifest/printable.ts";
import type { NotaryApi, NotaryIssue, Submission } from "./notary-api.ts";
import type { NotaryPolicy } from "./policy.ts";
import { type Submitted, uploadableUntil } from "./submit.ts";

/** How long somebody waits. */
export interface Patience {
  /** Seconds since 1970. */
  readonly until: number;
  /** In words: `30 min`. */
  readonly limit: string;
}

export interface Waiting {
  readonly policy: NotaryPolicy;
  readonly clock: Clock;
  readonly progress: (sentence: string) => void;
}

const verdicts: ReadonlySet<string> = new Set(["Accepted", "Invalid", "Rejected"]);

/**
 * Waits until Apple has judged a submission.
 * @throws SlipwayError SLW-NOTARY where that does not happen in time, or Apple does not know the submission.
 */
export async function awaitVerdict(
  api: NotaryApi,
  submitted: Submitted,
  patience: Patience,
  { policy, clock, progress }: Waiting,
): Promise<Submission> {
  const { id } = submitted;
  const began = clock.now();
  let said = began;
  for (let pause = policy.firstPoll; ; pause = Math.min(pause * 1.5, policy.longestPoll)) {
    const found = await api.submission(id);
    if (found === undefined) throw unknown(id);
    if (verdicts.has(found.status)) return found;
    const now = clock.now();
    if (now >= patience.until) throw late(submitted, patience);
    if ((now - said) * 1000 >= policy.progressEvery) {
      said = now;
      progress(
        `submission ${id} is in progress since ${minutes(now - began)}, and is waited for up to ${patience.limit}`,
      );
    }
    await delay(Math.min(pause, Math.max(0, patience.until - now) * 1000));
  }
}

/** Lengths of time in messages; seconds in. */
export function minutes(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}

/** Issues that are told, and letters of each part: a log may have one for each file of an archive in an archive. */
const mostIssues = 50;
const longestPart = 200;

/** What Apple finds in a submission that it does not accept: the verdict, and each issue in its own line. */
export async function notAccepted(api: NotaryApi, { id, status }: Submission): Promise<SlipwayError> {
  const found = await api.issues(id);
  const issues = (found ?? []).toSorted((a, b) => weight(a) - weight(b));
  const more = issues.length > mostIssues ? [`and ${issues.length - mostIssues} more`] : [];
  const none = found === undefined ? "; Apple has no log of it" : "; its log names no issue";
  const says = `Apple's notary service judges submission ${id}: ${status}${issues.length === 0 ? none : ""}.`;
  const lines = [...issues.slice(0, mostIssues).map(lineOf), ...more].map((line) => `    ${line}`);
  return refusal("SLW-NOTARY", says, {
    excerpt: lines.length === 0 ? undefined : lines.join("\n"),
    hint:
      status === "Invalid"
        ? "The same bytes stay invalid and are not submitted again: sign the programs as NOTARIZATION.md says, and release anew."
        : "A rejection is about the team: look at its account and agreements with Apple, then run again.",
  });
}

function weight({ severity }: NotaryIssue): number {
  return severity === "error" ? 0 : 1;
}

function lineOf({ severity, path, architecture, message }: NotaryIssue): string {
  const [shownPath, says, kind] = [path, message, severity].map(part) as [string, string, string];
  const where = architecture === undefined ? shownPath : `${shownPath} (${part(architecture)})`;
  return `${kind}: ${where === "" ? "" : `${where}: `}${says}`;
}

function part(text: string): string {
  const letters = [...printable(text.replaceAll(/\s+/g, " ").trim())];
  return letters.length > longestPart ? `${letters.slice(0, longestPart).join("")}…` : letters.join("");
}

function unknown(id: string): SlipwayError {
  return refusal("SLW-NOTARY", `Apple's notary service does not know submission ${id}.`, {
    hint: `Is the key one of the team that submitted it? If so, remove the note that names it below .slipway/notarization.`,
  });
}

function late({ id, created, isOurs }: Submitted, { limit }: Patience): SlipwayError {
  const anew = `If the run that made it died before it uploaded, it never ends: from ${isoSeconds(uploadableUntil(created))} on, a run submits anew.`;
  return refusal("SLW-NOTARY", `Apple has not judged submission ${id} within ${limit}; it is still in progress.`, {
    hint: `Run again: it waits for the same submission, and uploads nothing.${isOurs ? "" : ` ${anew}`}`,
  });
}
