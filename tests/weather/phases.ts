/** The kinds of update of a dev stack that are struck. */
export const devPhases = ["first release", "upgrade", "rollback"] as const;
/** The kinds of update of a release stack that are struck, over a bucket that it shares. */
export const stagedPhases = ["first promotion", "promotion", "way back"] as const;
export type PhaseName = (typeof devPhases)[number] | (typeof stagedPhases)[number];

/** A stack and what it moves: a channel, and the apt suite of the same name. */
export interface Mover {
  readonly stack: "dev" | "release";
  readonly channel: "dev" | "stable";
}

/** What users may see while an update of this kind is under way, and what they see after it. */
export interface Phase extends Mover {
  /** Whether it writes releases, or points at what lies in the bucket. */
  readonly publishes: boolean;
  readonly before: Seen;
  readonly after: Seen;
}

/** One side of an update, as clients of the channel see it. */
export interface Seen {
  /** The version that the channel names; undefined where nothing was released. */
  readonly channel: string | undefined;
  /** The versions of the product that apt offers, sorted; undefined where there is no suite. */
  readonly suite: readonly string[] | undefined;
  /** The versions that the channel served, newest first, each as often as it came. */
  readonly moves: readonly string[];
}

/** What is seen when versions came one after the other, each higher than the last. */
export function upward(...versions: readonly string[]): Seen {
  return { channel: versions.at(-1), suite: versions, moves: versions.toReversed() };
}

const nothing: Seen = { channel: undefined, suite: undefined, moves: [] };
const first = upward("1.0.0");
const second = upward("1.0.0", "1.1.0");
const back: Seen = { ...first, moves: ["1.0.0", "1.1.0", "1.0.0"] };

export const dev: Mover = { stack: "dev", channel: "dev" };
export const stable: Mover = { stack: "release", channel: "stable" };

export const phases: Readonly<Record<PhaseName, Phase>> = {
  "first release": { ...dev, publishes: true, before: nothing, after: first },
  upgrade: { ...dev, publishes: true, before: first, after: second },
  rollback: { ...dev, publishes: false, before: second, after: back },
  "first promotion": { ...stable, publishes: false, before: nothing, after: first },
  promotion: { ...stable, publishes: false, before: first, after: second },
  "way back": { ...stable, publishes: false, before: second, after: back },
};
