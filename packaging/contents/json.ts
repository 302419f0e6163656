import { canonicalJson } from "../canonical-json.ts";
import type { Contents } from "./contents.ts";

/** Raised when a reader of an older form could misread a newer one; fields that are only added do not raise it. */
export const contentsSchema = 1;

/** What `slipway inspect --format json` prints: the contents as they are, keys sorted. */
export function contentsJson(contents: Contents): string {
  return canonicalJson({ schema: contentsSchema, ...contents });
}
