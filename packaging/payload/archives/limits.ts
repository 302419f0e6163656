import { largestPayload } from "../../manifest/fields.ts";

/** What an archive may ask of this machine before it is refused; all counted while reading, none taken on trust. */
export interface ArchiveLimits {
  /** Entries, and folders that are only named in their paths. */
  readonly entries: number;
  /** Bytes of one entry, unpacked. */
  readonly entry: number;
  /** Bytes of all entries, unpacked. */
  readonly total: number;
  /** How many times larger than the archive all of it may be, where that is more than `always`. */
  readonly ratio: number;
  /** Bytes that even the smallest archive may unpack to. */
  readonly always: number;
  /** Bytes of a pax header or a long name. */
  readonly header: number;
  /** Compressed streams that follow each other in one file. */
  readonly members: number;
}

export const archiveLimits: ArchiveLimits = {
  // The largest toolchains that are shipped as one archive have some ten thousand; the names of these take 50 MB.
  entries: 100_000,
  entry: largestPayload,
  // A second program of the largest size, and nobody's disk or afternoon.
  total: 2 * largestPayload,
  // Programs shrink to a third, logs and tables of zeros to a hundredth; deflate ends at 1 : 1032, zstd far beyond.
  ratio: 200,
  always: 64 << 20,
  // A path has at most 1023 bytes; extended attributes are ignored and small.
  header: 64 << 10,
  // Parallel compressors begin a new one every megabyte or so.
  members: 100_000,
};
