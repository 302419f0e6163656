import type { ErrorCode } from "../errors.ts";
import type { Placed } from "./draft.ts";
import type { Path } from "./yaml-nodes.ts";

/** A mistake at a path of the manifest, before it has a line. */
export interface Finding {
  readonly path: Path;
  /** `key`: the name at the path is what is wrong, or lacks something; else its value. */
  readonly at?: "key";
  readonly message: string;
  readonly hint?: string;
  readonly code?: ErrorCode;
}

/** The values of one key in a list of maps, each with its own place. */
export function named<K extends string>(
  placed: readonly Placed<{ readonly [key in K]?: string | undefined }>[],
  key: K,
): readonly Placed<string>[] {
  return placed.flatMap(({ path, value }) => {
    const text = value[key];
    return text === undefined ? [] : [{ path: [...path, key], value: text }];
  });
}

/** A second one of the same name. */
export function* repeated(what: string, names: readonly Placed<string>[]): Generator<Finding> {
  const seen = new Set<string>();
  for (const { path, value } of names) {
    if (seen.has(value)) yield { path, message: `${what} ${value}: expected once, found again` };
    seen.add(value);
  }
}
