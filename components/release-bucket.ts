import * as pulumi from "@pulumi/pulumi";
import type { Ed25519Public, OpenPgpPublic } from "../packaging/signing/signer.ts";
import { ArchiveKeys } from "./providers/archive-keys.ts";
import { Trust } from "./providers/trust.ts";
import type { KeyReference } from "./signing-key.ts";

export interface ReleaseBucketArgs {
  /** Folder of the bucket; a relative one counts from the project's folder. */
  readonly location: string;
  readonly archive: string;
  readonly rootKey: KeyReference<Ed25519Public>;
  readonly channelKey: KeyReference<Ed25519Public>;
  readonly archiveKey: KeyReference<OpenPgpPublic>;
  /** Channels of the bucket: each a delegated TUF role. */
  readonly channels: readonly { readonly product: string; readonly channel: string }[];
  /** By path: objects that the bucket lost and the state remembers. */
  readonly restore: Readonly<Record<string, string>>;
}

/** The object store of a team's releases, with the trust that all its channels hang from. */
export class ReleaseBucket extends pulumi.ComponentResource {
  readonly location: string;
  readonly trust: Trust;
  /** The public keys: what they sign is written after them, so that whoever finds a signature finds its key. */
  readonly keys: ArchiveKeys;

  constructor(name: string, args: ReleaseBucketArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("slipway:index:ReleaseBucket", name, { location: args.location, channels: args.channels }, options);
    this.location = args.location;
    const bucket = args.location;
    const delegations = args.channels.map((it) => ({ ...it, key: args.channelKey.public }));
    const trust = { bucket, key: args.rootKey, delegations, restore: args.restore };
    this.trust = new Trust(`${name}-trust`, trust, { parent: this });
    const { rootText } = this.trust;
    const keys = { bucket, archive: args.archive, key: args.archiveKey.public, rootText };
    this.keys = new ArchiveKeys(`${name}-keys`, keys, { parent: this });
    this.registerOutputs({ root: this.trust.rootVersion });
  }
}
