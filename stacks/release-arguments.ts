import type { IdentitySetting, SourceSetting } from "../packaging/settings.ts";

/** All paths count from the folder of Pulumi.yaml. */
export interface MovedChannelArgs {
  /** Name of the archive: of its keyring package and of the sources file of apt. */
  readonly archive: string;
  /** The bucket: a folder, or `s3://NAME/PREFIX?region=REGION`. */
  readonly bucket: string;
  /** Base address of the bucket, as clients reach it. */
  readonly url: string;
  /** Who the archive is, and what it is called, as apt shows both; `Slipway` where left out. */
  readonly origin?: string;
  readonly label?: string;
  /** Versions that stay installable, the current one among them: 1 to 100, 3 where left out. */
  readonly keep?: number;
  /** Days for which what a move of the channel signs holds: 7 to 999, 365 where left out. */
  readonly lifetime?: number;
  /** By product: of 100 machines, how many upgrade to the newest version by themselves. All where left out. */
  readonly phasing?: Readonly<Record<string, number>>;
  /** Path of the TUF root that is trusted, as the foundation's bucket has it in `keys/tuf-root.json`. */
  readonly root: string;
}

/** An Ed25519 key by reference. */
export interface RoleKey {
  /** The public half: 32 bytes in lower-case hex. */
  readonly public: string;
  /** Where the private half is: a variable of the environment or a file. */
  readonly source: SourceSetting;
}

export interface MovingKeysArgs {
  /** Moves the channel; the foundation lists its public half. */
  readonly channel: RoleKey;
  /** Signs sums and the apt suite: `public` is the path of its armoured certificate. */
  readonly openpgp: { readonly public: string; readonly source: SourceSetting };
}

export interface BuildingKeysArgs extends MovingKeysArgs {
  /** Developer ID Installer of Apple, which signs `.pkg`; shipped unsigned, with a warning, where left out. */
  readonly installer?: IdentitySetting;
  /** Signs `.msi` and programs for Windows; shipped unsigned, with a warning, where left out. */
  readonly authenticode?: IdentitySetting;
}

/** What a program reads of releases once they are there. */
export interface ReleasedOutputs {
  readonly channel: string;
  readonly bucket: string;
  /** Fingerprint of the OpenPGP key that signs sums and the suite. */
  readonly archiveKey: string;
  readonly products: readonly { readonly product: string; readonly version: string; readonly serial: number }[];
}
