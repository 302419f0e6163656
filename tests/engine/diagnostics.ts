import assert from "node:assert/strict";
import type { Result } from "./command.ts";

/** The messages under `Diagnostics:` of an update, each without its `error:` and its indentation. */
export function errorsOf({ text }: Result): readonly string[] {
  const [, diagnostics = ""] = text.split(/^Diagnostics:\n/m);
  const [messages = ""] = diagnostics.split(/^(?:Outputs|Resources):/m);
  const errors = [...messages.matchAll(/^ {4}error: (.*)$/gm)].map(([, message = ""]) => message);
  // The engine's own last word, beside what a resource said.
  return errors.filter((message) => !/^(?:update|preview|refresh|destroy) failed$/.test(message));
}

/** Checks that a command failed with exactly one message, that matches, and that no stack trace stands under it. */
export function assertRefused(result: Result, sentence: RegExp): void {
  assert.notEqual(result.code, 0, `expected a refusal that matches ${sentence}:\n${result.text}`);
  const errors = errorsOf(result);
  assert.equal(errors.length, 1, `expected one message, not ${errors.length}:\n${result.text}`);
  assert.match(errors[0] ?? "", sentence);
  assert.doesNotMatch(result.text, /^\s+at .+:\d+:\d+\)?$/m);
}
