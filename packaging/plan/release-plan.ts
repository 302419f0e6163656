import type { ArtifactJob } from "../artifact.ts";
import type { CachedArtifact } from "../builds/build.ts";
import type { Inventory } from "../record/inventory.ts";
import type { RecordedArtifact, ReleaseRecord } from "../record/record.ts";

/** One object under a release's folder, by digest. */
export interface ObjectReference {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** One version of one product as it will stand in the bucket: every digest known, nothing written yet. */
export interface Release {
  readonly product: string;
  readonly version: string;
  /** Folder below `releases/<product>/`. */
  readonly folder: string;
  readonly record: ReleaseRecord;
  /** The record's own object; its path is below the bucket's root. */
  readonly recordObject: ObjectReference;
  /**
   * Artifacts that wait for a signature, in a preview without keys: what their record says of their shipped bytes, and the
   * record's own digest, are known after signing. Never in an update.
   */
  readonly unsigned?: readonly UnsignedArtifact[];
}

export interface UnsignedArtifact {
  readonly name: string;
  /** Programs in it wait for a signature too, so that its inventory is known after signing. */
  readonly inside: boolean;
}

/** What is known of an artifact before it is built: all that is inside it. */
export interface ArtifactView {
  /** Name inside its bundle that no version changes: `runtime-bin.deb`, `tar.zst`. */
  readonly role: string;
  readonly inventory: Inventory;
  readonly control: readonly (readonly [name: string, value: string])[];
}

export interface BundleView {
  readonly target: RecordedArtifact["target"];
  readonly artifacts: readonly ArtifactView[];
}

export interface WingetPackage {
  readonly identifier: string;
  readonly author: ReleaseRecord["maintainer"];
}

/** A release before its bytes exist: a version to build, or one that the bucket already holds. */
export interface ReleasePlan {
  readonly product: string;
  readonly version: string;
  readonly bundles: readonly BundleView[];
  /** Where the product is for winget: its package there, and whose name requests for it have. */
  readonly winget?: WingetPackage;
  /** Decides every byte of the release: recipes by artifact, or the record's digest. Compared between preview and update. */
  readonly fingerprint: Readonly<Record<string, string>>;
  /** What must be built first; empty where the release is published. */
  readonly jobs: readonly ArtifactJob[];
  /** The release with every digest; `built` holds each of the jobs' artifacts by file name. */
  finish(built: ReadonlyMap<string, CachedArtifact>): Promise<Release>;
}

/** Name of an artifact inside its bundle, the same in every version. */
export function roleOf(format: string, control: readonly (readonly [string, string])[]): string {
  const packageName = control.find(([name]) => name === "Package")?.[1];
  return packageName === undefined ? format : `${packageName}.${format}`;
}

/** What decides every byte that the plans would publish, as flat lines: `product version name` → digest. */
export function fingerprintOf(plans: readonly ReleasePlan[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plans.flatMap(({ product, version, fingerprint }) =>
      Object.entries(fingerprint).map(([name, digest]) => [`${product} ${version} ${name}`, digest]),
    ),
  );
}
