import { largestPayload } from "../../manifest/fields.ts";

/** How long and how often a download tries. */
export interface DownloadPolicy {
  /** Bytes; more than any payload has. */
  readonly largest: number;
  /** A connection over which nothing comes for so long is given up. */
  readonly idleMs: number;
  /** Failures in a row, none of which brought `worthwhile` bytes, before it ends. */
  readonly failures: number;
  readonly worthwhile: number;
  /** Before the second try; twice as long before each one after it. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** A server that asks to wait longer is taken at its word, and the run ends. */
  readonly longestRetryAfterMs: number;
  readonly redirects: number;
  readonly progressEveryMs: number;
}

export const downloadPolicy: DownloadPolicy = {
  largest: largestPayload,
  idleMs: 60_000,
  failures: 6,
  worthwhile: 1 << 20,
  firstPauseMs: 500,
  longestPauseMs: 30_000,
  longestRetryAfterMs: 120_000,
  redirects: 5,
  progressEveryMs: 2_000,
};
