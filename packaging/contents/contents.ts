import type { ContentEntry } from "../record/inventory.ts";

/** What a file can be that is read. */
export type ContentsFormat =
  | "deb"
  | "pkg"
  | "msi"
  | "tar"
  | "tar.gz"
  | "tar.xz"
  | "tar.zst"
  | "zip"
  | "release record"
  | "inventory"
  | "apt release"
  | "apt packages";

/** What is inside any artifact, and inside what the bucket says about artifacts: one shape for all formats. */
export interface Contents {
  readonly format: ContentsFormat;
  /** File name, without folders. */
  readonly name: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly sha256: string;
  /** What is true of the whole: `compression`, `root` (the one folder that holds all entries), `time`, and a document's own fields. */
  readonly facts: Facts;
  /** Control fields of a package, in their order. */
  readonly control?: readonly (readonly [name: string, value: string])[];
  /** Sorted by path, as UTF-8 bytes. Of a record or an index: the files that it names. */
  readonly entries: readonly ContentEntry[];
  /** Maintainer scripts, by name. */
  readonly scripts?: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
  /**
   * Texts that a machine runs or obeys, by path, as an inventory has them; further control files as `DEBIAN/triggers`, a
   * macOS package's scripts as `Scripts/postinstall` and what its installer shows as `Resources/...`.
   */
  readonly texts?: Readonly<Record<string, string>>;
}

export type Facts = Readonly<Record<string, string | number>>;

/** What a reader of one format finds out. */
export type Inside = Omit<Contents, "format" | "name" | "size" | "sha256">;
