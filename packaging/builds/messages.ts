import { z } from "zod";
import type { ArtifactJob } from "../artifact.ts";
import type { Mistake } from "../errors.ts";

/** What the program asks of a build process: one line of JSON on its standard input per artifact. */
export interface BuildRequest {
  readonly job: ArtifactJob;
  /** An empty folder for this build alone; the artifact becomes `artifactIn(folder)`, and all else in it is dropped. */
  readonly folder: string;
}

/** What the build process answers, one line of JSON each: progress while it works, then one of the other three. */
export type BuildAnswer =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "written"; readonly size: number; readonly sha256: string }
  | { readonly kind: "refused"; readonly mistakes: readonly [Mistake, ...Mistake[]] }
  | { readonly kind: "fault"; readonly message: string; readonly stack: string };

const count = z.number().nonnegative();
const mistakes = z.custom<readonly [Mistake, ...Mistake[]]>((value) => Array.isArray(value) && value.length > 0);
const answer = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("progress"), done: count, total: count }),
  z.strictObject({ kind: z.literal("written"), size: count, sha256: z.string() }),
  z.strictObject({ kind: z.literal("refused"), mistakes }),
  z.strictObject({ kind: z.literal("fault"), message: z.string(), stack: z.string() }),
]);

/** Parses a line that a build process wrote; undefined where a library wrote to standard output. */
export function parseAnswer(line: string): BuildAnswer | undefined {
  try {
    return answer.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
