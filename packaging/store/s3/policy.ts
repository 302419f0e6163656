/** How long a store of S3 tries, and what it sends at once. Times are in milliseconds, sizes in bytes. */
export interface S3Policy {
  /** How often one request is made, the first time included, before the update ends with a sentence. */
  readonly attempts: number;
  /** The pause after a failure; it doubles with each further one, up to the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** How long a connection may take to be made. */
  readonly connectMs: number;
  /** How long a connection may be silent. */
  readonly idleMs: number;
  /** The largest object that is sent in one request, of which the service keeps the SHA-256. */
  readonly singlePut: number;
  /** The least size of a part of anything larger. */
  readonly part: number;
}

/** Seven attempts are half a minute of a service that asks to be left alone. */
export const s3Policy: S3Policy = {
  attempts: 7,
  firstPauseMs: 250,
  longestPauseMs: 10_000,
  connectMs: 10_000,
  idleMs: 60_000,
  // The most that S3 takes in one request (Amazon S3 User Guide, "Multipart upload limits").
  singlePut: 5 * 2 ** 30,
  part: 64 * 2 ** 20,
};
