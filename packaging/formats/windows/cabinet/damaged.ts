import { refusal } from "../../../errors.ts";

export function damaged(what: string): Error {
  return refusal("SLW-FORMAT", `The cabinet cannot be read: ${what}.`);
}
