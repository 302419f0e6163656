import { canonicalJson } from "../canonical-json.ts";
import type { Difference } from "./difference.ts";

/** Raised when a reader of an older form could misread a newer one; fields that are only added do not raise it. */
export const differenceSchema = 1;

/** The difference as it is, whole and keys sorted. */
export function differenceJson(difference: Difference): string {
  return canonicalJson({ schema: differenceSchema, ...difference });
}
