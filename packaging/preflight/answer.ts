import { type Mistake, refuseMistakes, SlipwayError } from "../errors.ts";
import { isAtHand } from "../signing/key-source.ts";
import type { KeySource } from "../signing/signer.ts";

/** What a place that a stack publishes to says to one question. Asking is meant to change nothing there. */
export interface Answer {
  /** As the settings name the place. */
  readonly destination: string;
  readonly question: string;
  readonly answer: string;
  /** Whether an update may go on. */
  readonly ok: boolean;
  readonly hint?: string | undefined;
}

/** Asks one question: `ask` gives the answer in words, and what it refuses is the answer no. */
export async function answered(destination: string, question: string, ask: () => Promise<string>): Promise<Answer> {
  try {
    return { destination, question, answer: await ask(), ok: true };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const said = error.mistakes.map(({ message, excerpt = "" }) =>
      [message, ...excerpt.split("\n").map((line) => line.trim())].filter((line) => line !== "").join(" "),
    );
    return { destination, question, answer: said.join(" "), ok: false, hint: error.mistakes[0]?.hint };
  }
}

/** The answer where nobody can be asked, since the token is not here; an update needs it. */
export function withoutToken(destination: string, source: KeySource, writing: boolean): Answer | undefined {
  if (isAtHand(source)) return undefined;
  const where = source.kind === "env" ? `the environment variable ${source.name}` : "its file";
  return {
    destination,
    question: "is its token here?",
    answer: `${where} has none: nothing was asked`,
    ok: !writing,
    ...(writing && { hint: "An update writes there: give it to this run, for instance from the CI's secrets." }),
  };
}

/** Refuses (SLW-PREFLIGHT) with every answer that stands in the way of an update. */
export function refuseAnswers(answers: readonly Answer[]): void {
  refuseMistakes(
    answers
      .filter(({ ok }) => !ok)
      .map(({ destination, question, answer, hint }): Mistake => {
        return { code: "SLW-PREFLIGHT", message: `${destination}: ${question} ${answer}`, hint };
      }),
  );
}
