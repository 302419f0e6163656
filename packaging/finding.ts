/** Something in a bucket that is not as its clients should find it. */
export interface Finding {
  /**
   * `lagging`: whole, but behind what is in force; the next update brings it up. `damaged`: bytes that nobody wrote, or
   * that are gone.
   */
  readonly kind: "lagging" | "damaged";
  /** The object, below the bucket's root. */
  readonly path: string;
  /** One sentence that names the object and what is wrong with it. */
  readonly sentence: string;
  /** What belongs there, and what is there, where that can be said in a few words. */
  readonly expected?: string;
  readonly found?: string;
}

/** Both sides of a difference, for `Finding`. */
export type Difference = Required<Pick<Finding, "expected" | "found">>;

export function lagging(path: string, what: string): Finding {
  return { kind: "lagging", path, sentence: `${path} ${what}` };
}

export function damaged(path: string, what: string, difference?: Difference): Finding {
  return { kind: "damaged", path, sentence: `${path} ${what}`, ...difference };
}

/** Two digests of an object's bytes, the second undefined where it is not there. */
export function digests(expected: string, found: string | undefined): Difference {
  return { expected: `SHA-256 ${expected}`, found: found === undefined ? "nothing" : `SHA-256 ${found}` };
}
