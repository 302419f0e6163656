import * as pulumi from "@pulumi/pulumi";
import type { Ed25519Public, OpenPgpPublic } from "../packaging/signing/signer.ts";
import { ArchiveKeys } from "./providers/archive-keys.ts";
import { Trust } from "./providers/trust.ts";
import type { KeyReference } from "./signing-key.ts";

/** A bucket as those see it that publish into it. */
export interface SharedBucket {
  readonly location: string;
  /** Where this stack owns them: what has to lie in the bucket before anything that names or is signed by them. */
  readonly trust?: Trust;
  readonly keys?: ArchiveKeys;
}

/** What is written before anything that publishes. */
export function ownedBy({ trust, keys }: SharedBucket): readonly pulumi.Resource[] {
  return [trust, keys].filter((resource) => resource !== undefined);
}

export interface ReleaseBucketArgs {
  /** Folder of the bucket; a relative one counts from the project's folder. */
  readonly location: string;
  readonly archive: string;
  readonly rootKey: KeyReference<Ed25519Public>;
  /** The archive's OpenPGP keys: at least one. */
  readonly certificates: readonly [pulumi.Output<OpenPgpPublic>, ...pulumi.Output<OpenPgpPublic>[]];
  /** No other key is the archive's, whatever lies in the bucket. Unset (`dev`): every key that the bucket ever had is. */
  readonly onlyCertificates?: true;
  /** Channels of the bucket: each a delegated TUF role, with the key that moves it. */
  readonly channels: readonly {
    readonly product: string;
    readonly channel: string;
    readonly key: pulumi.Output<Ed25519Public>;
  }[];
  /** By path: objects that the bucket lost and the state remembers. */
  readonly restore: Readonly<Record<string, string>>;
}

/** The object store of a team's releases, with the trust that all its channels hang from. */
export class ReleaseBucket extends pulumi.ComponentResource implements SharedBucket {
  readonly location: string;
  readonly trust: Trust;
  /** The public keys: what they sign is written after them, so that whoever finds a signature finds its key. */
  readonly keys: ArchiveKeys;

  constructor(name: string, args: ReleaseBucketArgs, options: pulumi.ComponentResourceOptions = {}) {
    const channels = args.channels.map(({ product, channel }) => ({ product, channel }));
    super("slipway:index:ReleaseBucket", name, { location: args.location, channels }, options);
    this.location = args.location;
    const bucket = args.location;
    const trust = { bucket, key: args.rootKey, delegations: args.channels, restore: args.restore };
    // Those of a component do not count for what is inside it.
    const { dependsOn = [] } = options;
    this.trust = new Trust(`${name}-trust`, trust, { parent: this, dependsOn });
    const { rootText } = this.trust;
    const [key, ...others] = args.certificates;
    const only = args.onlyCertificates === undefined ? {} : { only: args.onlyCertificates };
    const keys = { bucket, archive: args.archive, key, ...(others.length > 0 ? { others } : {}), ...only, rootText };
    this.keys = new ArchiveKeys(`${name}-keys`, keys, { parent: this, dependsOn });
    this.registerOutputs({ root: this.trust.rootVersion });
  }
}
