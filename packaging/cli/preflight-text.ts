import { printable } from "../manifest/printable.ts";
import type { Answer } from "../preflight/answer.ts";

/** Answers for people, below each place: a line each, what to do below those that stand in the way, and what they come to. */
export function preflightText(answers: readonly Answer[]): string {
  if (answers.length === 0) return "This stack publishes to no place outside this machine: nothing was asked.\n";
  const places = [...Map.groupBy(answers, ({ destination }) => destination)];
  const lines = places.flatMap(([place, its]) => [place, ...its.flatMap(answerLines), ""]);
  const refused = answers.filter(({ ok }) => !ok).length;
  const end =
    refused === 0
      ? "An update may go on."
      : `${refused} of ${answers.length} answers ${refused === 1 ? "stands" : "stand"} in the way of an update.`;
  return [...lines.map(printable), end].map((line) => `${line}\n`).join("");
}

function answerLines({ question, answer, ok, hint }: Answer): readonly string[] {
  const line = `  ${ok ? "ok" : "NO"}  ${question} ${answer}`;
  return ok || hint === undefined ? [line] : [line, `      ${hint}`];
}
