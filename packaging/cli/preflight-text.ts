import { printable } from "../manifest/printable.ts";
import type { Answer } from "../preflight/answer.ts";

/** Answers for people: a line each, what to do below those that stand in the way, and what they come to. */
export function preflightText(answers: readonly Answer[]): string {
  if (answers.length === 0) return "This stack publishes to no place outside this machine: nothing was asked.\n";
  const lines = answers.flatMap(({ destination, question, answer, ok, hint }) => [
    `${ok ? "ok " : "no "} ${destination}: ${question} ${answer}`,
    ...(ok || hint === undefined ? [] : [`      ${hint}`]),
  ]);
  const refused = answers.filter(({ ok }) => !ok).length;
  const end =
    refused === 0 ? "An update may go on." : `${refused} of ${answers.length} answers stand in the way of an update.`;
  return [...lines.map(printable), "", end].map((line) => `${line}\n`).join("");
}
