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
}

export function lagging(path: string, what: string): Finding {
  return { kind: "lagging", path, sentence: `${path} ${what}` };
}

export function damaged(path: string, what: string): Finding {
  return { kind: "damaged", path, sentence: `${path} ${what}` };
}
