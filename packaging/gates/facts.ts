/**
 * All that the gates of a release look at, read before anything is registered: plain data without undefined, so that a
 * resource can carry it and a policy pack judge it again.
 */
export interface PromotionFacts {
  readonly stage: "candidate" | "release";
  readonly product: string;
  readonly version: string;
  /** Folder below `releases/<product>/`: the version, of work in progress on `dev` with `+<hash>`. */
  readonly folder: string;
  /** The channel that is to move. */
  readonly channel: string;
  /** The channel that the release is taken from; the moved one itself where it is built here. */
  readonly from: string;
  /** SHA-256 of the release record. */
  readonly record: string;
  /** Serial of the entry of `from` that names the record; null where no entry that its role vouches for does. */
  readonly listed: number | null;
  readonly artifacts: readonly PromotedArtifact[];
  readonly signatures: {
    /** Fingerprints of the OpenPGP keys of which one signs the sums of a release of `from`: several where keys changed. */
    readonly expected: readonly string[];
    /** Fingerprints whose signatures of the release's SHA256SUMS verify. */
    readonly found: readonly string[];
  };
  /** What the channel serves now; null where it was never moved. */
  readonly serving: ServedRelease | null;
  /** SHA-256 of records that the channel pointed at before, as far as they matter here: going back to one is a rollback. */
  readonly served: readonly string[];
  /** Most growth of a target's artifacts over the serving release in percent, as the record states it; null: any. */
  readonly growth: number | null;
  readonly governance: {
    /** False where nobody decides: on a candidate, and on the package of the archive's keys. */
    readonly needed: boolean;
    /** The log's path, as the settings name it. */
    readonly file: string;
    /** The newest entry for this product and version; null where there is none. */
    readonly entry: GovernanceEntry | null;
  };
}

export interface PromotedArtifact {
  readonly name: string;
  readonly target: string;
  readonly format: string;
  /** As the record has them: bytes, and SHA-256 of the shipped file. */
  readonly size: number;
  readonly sha256: string;
  /** What is in the bucket; null where nothing is. */
  readonly found: { readonly size: number; readonly sha256: string } | null;
}

export interface ServedRelease {
  readonly version: string;
  readonly record: string;
  /** By target: bytes of all its artifacts. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** A governance log that was read: what messages call it, and its entries, newest first. */
export interface GovernanceLog {
  readonly file: string;
  readonly entries: readonly GovernanceEntry[];
}

/** The decision of people that a version may be promoted. */
export interface GovernanceEntry {
  readonly product: string;
  readonly version: string;
  /** SHA-256 of the record that was decided upon. */
  readonly record: string;
  /** Where the evidence is. */
  readonly evidence: string;
  /** Targets whose users are knowingly left without this version. */
  readonly drops: readonly string[];
}
