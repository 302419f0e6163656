import type { PkgOptions } from "./formats/macos/pkg-options.ts";
import type { MsiOptions } from "./formats/windows/installer/options.ts";
import type { Tree } from "./staging/tree.ts";
import type { TargetName } from "./targets.ts";

/** All that decides an artifact's content, as plain JSON: handed to the build process as it is. */
export interface ArtifactJob {
  readonly product: string;
  readonly version: string;
  readonly target: TargetName | "any";
  readonly epoch: number;
  /** File name in the release's folder. */
  readonly name: string;
  readonly tree: Tree;
  readonly format: FormatOptions;
}

export type FormatOptions = TarZstOptions | TarGzOptions | ZipOptions | DebOptions | MsiOptions | PkgOptions;

export type TarZstOptions = ArchiveOptions<"tar.zst">;
export type TarGzOptions = ArchiveOptions<"tar.gz">;
export type ZipOptions = ArchiveOptions<"zip">;

/** An archive to unpack anywhere. */
interface ArchiveOptions<Kind extends string> {
  readonly kind: Kind;
  /** The one folder that holds all entries: `runtime-1.0.0-linux-x86_64`. */
  readonly root: string;
}

export interface DebOptions {
  readonly kind: "deb";
  readonly compression: "xz" | "gzip" | "zstd";
  /** Control fields in the order written; Installed-Size is computed by the writer. */
  readonly control: readonly (readonly [name: string, value: string])[];
  /** Maintainer scripts by name (`postinst`, `prerm`, `postrm`, `preinst`). */
  readonly scripts: Readonly<Record<string, string>>;
}

/** A finished artifact: unsigned content, in the cache under its digest. */
export interface BuiltArtifact {
  readonly size: number;
  readonly sha256: string;
  /** Where its bytes are on this machine. Never part of a record, a state or a diff. */
  readonly file: string;
}
