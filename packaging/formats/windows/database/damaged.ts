import { refusal } from "../../../errors.ts";

export function damaged(what: string): Error {
  return refusal("SLW-FORMAT", `The installer's database cannot be read: ${what}.`);
}

/** For what is asked of the writer and no database can hold. */
export function unwritable(what: string): Error {
  return refusal("SLW-FORMAT", `The installer's database cannot be written: ${what}.`);
}
