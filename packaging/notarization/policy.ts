/** How long and how often Apple is asked. Milliseconds, unless a name says otherwise. */
export interface NotaryPolicy {
  /** An answer that takes longer is none. */
  readonly answerWithin: number;
  /** Failures of one request, one after the other, before it ends. */
  readonly failures: number;
  readonly firstPause: number;
  readonly longestPause: number;
  /** A server that asks to be left alone for longer is taken at its word, and the run ends. */
  readonly longestRetryAfter: number;
  /** Between two questions for the verdict, which comes after minutes: each one is half as long again as the last. */
  readonly firstPoll: number;
  readonly longestPoll: number;
  readonly progressEvery: number;
  /** Bytes of one part of an upload. S3 takes no fewer than 5 MiB but for the last, and no more than 10,000 parts. */
  readonly part: number;
}

export const notaryPolicy: NotaryPolicy = {
  answerWithin: 60_000,
  failures: 6,
  firstPause: 1_000,
  longestPause: 30_000,
  longestRetryAfter: 120_000,
  firstPoll: 5_000,
  longestPoll: 30_000,
  progressEvery: 30_000,
  part: 16 << 20,
};
