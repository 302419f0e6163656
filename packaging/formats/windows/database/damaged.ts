import { refusal } from "../../../errors.ts";

export function damaged(what: string): Error {
  return refusal("SLW-FORMAT", `The installer's database cannot be read: ${what}.`);
}

/** For what is asked of the writer and no database can hold. */
export function unwritable(what: string): Error {
  return refusal("SLW-FORMAT", `The installer's database cannot be written: ${what}.`);
}

/** A text of a file in a sentence, at most 100 characters of it. */
export function shown(text: unknown): string {
  const whole = String(text);
  return JSON.stringify(whole.length > 100 ? `${whole.slice(0, 100)}…` : whole);
}
