import type { MoveKind } from "../channels/live-times.ts";
import type { OperatingSystem, TargetName } from "../targets.ts";

/**
 * What pages say, read from a bucket once. Times are those of signed entries, in UTC; nothing else dates a page. Every
 * text in it is somebody else's.
 */
export type PageModel = ChannelModel | IndexModel;

/** The page of one product's channel. */
export interface ChannelModel {
  readonly kind: "channel";
  readonly product: string;
  readonly channel: string;
  /** Version of the channel's role: a page of a higher one is newer. */
  readonly serial: number;
  /** When the channel came to what it serves, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly since: string;
  readonly version: string;
  /** What the record says; undefined where it is missing or damaged. */
  readonly release: ReleaseFacts | undefined;
  /** Earlier versions that stay installable, newest first. */
  readonly kept: readonly string[];
  readonly install: readonly InstallWay[];
  readonly verify: readonly Step[];
  readonly keys: PublicKeys;
  /** Newest first. */
  readonly history: readonly HistoryMove[];
  /** The channel has moves before these. */
  readonly earlier: boolean;
  /** Newest first; none where the channel never went back. */
  readonly withdrawn: readonly Withdrawn[];
}

/** The page at the bucket's root. */
export interface IndexModel {
  readonly kind: "index";
  /** Number of the snapshot that it was made from: a page of a higher one is newer. */
  readonly snapshot: number;
  /** Sorted by name, products that bring keys last. */
  readonly products: readonly ListedProduct[];
  readonly keys: PublicKeys;
}

export interface ListedProduct {
  readonly product: string;
  readonly summary: string;
  readonly homepage: string;
  readonly channels: readonly ListedChannel[];
}

export interface ListedChannel {
  readonly channel: string;
  readonly version: string;
  readonly moved: string;
  readonly downloads: number;
  /** Where its page lies in the bucket; undefined where nobody has made one. */
  readonly page: string | undefined;
}

/** A release as its record tells it. */
export interface ReleaseFacts {
  readonly version: string;
  readonly summary: string;
  readonly description: readonly string[];
  readonly homepage: string;
  readonly licence: string;
  readonly maintainer: string;
  readonly downloads: readonly Download[];
  /** Path of the release's folder in the bucket. */
  readonly folder: string;
}

export interface Download {
  readonly name: string;
  readonly target: TargetName | "any";
  readonly format: string;
  /** Bytes. */
  readonly size: number;
  /** Of the file as users get it. */
  readonly sha256: string;
}

/** One way to install a release on one system. */
export interface InstallWay {
  readonly system: OperatingSystem;
  /** `apt (Debian, Ubuntu)`. */
  readonly label: string;
  readonly steps: readonly Step[];
}

/** What a person does: a sentence, and the lines to type. */
export interface Step {
  readonly says: string;
  readonly lines: readonly string[];
}

export interface PublicKeys {
  /** OpenPGP certificates of the archive, oldest first. */
  readonly archive: readonly { readonly fingerprint: string; readonly created: string; readonly path: string }[];
  /** Path of the keyring that holds them all; undefined where there is none. */
  readonly keyring: string | undefined;
  /** Ids of the keys that sign the TUF root in force. */
  readonly root: { readonly version: number; readonly keyids: readonly string[] };
}

/** A move of the channel to another release. */
export interface HistoryMove {
  readonly serial: number;
  readonly kind: MoveKind;
  readonly version: string;
  readonly at: string;
  readonly why: string;
  /** Bytes of the downloads of each target; undefined where the record is missing or damaged. */
  readonly sizes: readonly TargetSize[] | undefined;
  /** Against the move before it; undefined where that is too long ago, or cannot be told. */
  readonly changes: Changes | undefined;
}

export interface TargetSize {
  readonly target: TargetName | "any";
  readonly size: number;
}

/** What differs between two releases, in few lines. */
export interface Changes {
  readonly from: string;
  /** `4 artifacts change, 3 stay byte for byte`. */
  readonly counts: string;
  /** `31.9 → 32.0 MB (+0.3 %)`. */
  readonly size: string;
  readonly lines: readonly string[];
}

/** A version that the channel served and went back from. */
export interface Withdrawn {
  readonly version: string;
  /** When it was live, `until` the move that went back. */
  readonly from: string;
  readonly until: string;
  readonly reason: string;
}
