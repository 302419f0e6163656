import { refusal } from "../errors.ts";

/**
 * Number of the form in which resources keep their values. Raised by one whenever older code could misread what newer
 * code wrote; older code that meets a higher number stops with a sentence.
 */
export const stateSchema = 1;

/** Whether newer code wrote these values. Values without a number are new: there is nothing to misread. */
export function isNewerState({ schema }: Readonly<Record<string, unknown>>): boolean {
  return typeof schema === "number" && schema > stateSchema;
}

/** Refuses (SLW-STATE-NEWER) values that newer code wrote. */
export function refuseNewerState(kind: string, values: Readonly<Record<string, unknown>>): void {
  if (!isNewerState(values)) return;
  throw refusal(
    "SLW-STATE-NEWER",
    `this stack's ${kind} was written by a newer Slipway (state schema ${values["schema"]}, this one knows ${stateSchema}): ` +
      "check out that version or a later one; nothing was written",
  );
}
