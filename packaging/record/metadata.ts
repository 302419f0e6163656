import { canonicalJson } from "../canonical-json.ts";
import { isoSeconds } from "../clock.ts";

/**
 * Facts of the run that first wrote a release. They may differ between two runs that give the same bytes, so they are
 * not in the record, and nothing ever compares them.
 */
export interface ReleaseMetadata {
  readonly product: string;
  readonly version: string;
  /** Commit of the source; absent where there is no repository. `dirty`: files differed from it. */
  readonly source?: { readonly commit: string; readonly dirty: boolean };
  readonly features: Readonly<Record<string, boolean>>;
  /** Versions of what decided the bytes. */
  readonly toolchain: {
    readonly node: string;
    readonly zlib: string;
    readonly zstd: string;
    readonly xz: string;
  };
  readonly host: { readonly os: string; readonly arch: string };
  /** When it was published, in seconds since 1970. */
  readonly published: number;
}

/** The text of `metadata.json`. */
export function metadataText(metadata: ReleaseMetadata): string {
  return canonicalJson({ ...metadata, schema: 1, published: isoSeconds(metadata.published) });
}
