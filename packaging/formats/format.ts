import type { ArtifactJob, FormatOptions } from "../artifact.ts";

/** What a format needs besides its job. None of it has an influence on the bytes. */
export interface WriteContext {
  /** A file that the format may use while it writes, and removes: beside the artifact, so on the same disk. */
  readonly spool: string;
  /** Hears how many more bytes of the archive are compressed: what is only read is not done. */
  readonly packed: (bytes: number) => void;
}

/** How a tree becomes one file. Adding a format is one of these and a line in the map of formats. */
export interface Format<O extends FormatOptions> {
  /** Raised with every change of the code that changes bytes, so that no cache takes the old ones for the new. */
  readonly revision: number;
  /** Compressor, its version and settings; `buildNode` is the version of the Node that builds, whose zlib and zstd it is. */
  recipe(options: O, buildNode: string): string;
  /** The file, as a stream: memory is flat in the payload's size. Equal jobs give equal bytes. */
  write(job: ArtifactJob & { readonly format: O }, context: WriteContext): AsyncIterable<Uint8Array>;
}
