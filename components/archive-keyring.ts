import * as pulumi from "@pulumi/pulumi";
import type { ChannelPlan } from "../packaging/plan/channel-plan.ts";
import type { PlannedPointer } from "../packaging/plan/pointer-plan.ts";
import type { Release as PlannedRelease } from "../packaging/plan/release-plan.ts";
import { releaseFolder } from "../packaging/record/folder.ts";
import type { RecordedArtifact } from "../packaging/record/record.ts";
import type { SuiteRelease } from "../packaging/repositories/apt/suite.ts";
import { keyringProduct } from "../packaging/signing/known-keys.ts";
import type { Ed25519Public, OpenPgpPublic } from "../packaging/signing/signer.ts";
import { Channel } from "./channel.ts";
import { Artifact } from "./providers/artifact.ts";
import { ReleaseRecord } from "./providers/release-record.ts";
import { ownedBy, type SharedBucket } from "./release-bucket.ts";
import type { KeyReference } from "./signing-key.ts";

export interface ArchiveKeyringArgs {
  readonly archive: string;
  readonly channel: string;
  readonly bucket: SharedBucket;
  /** Unknown until the archive's key exists. */
  readonly plan: pulumi.Output<PlannedPointer>;
  readonly archiveKey: KeyReference<OpenPgpPublic>;
  /** The archive's keys where the stack lists them. */
  readonly archiveKeys?: readonly OpenPgpPublic[] | undefined;
  readonly channelKey: KeyReference<Ed25519Public>;
  readonly lifetime?: number | undefined;
}

/** The package that brings the archive's keys to machines, and brings them new ones when keys rotate. */
export class ArchiveKeyring extends pulumi.ComponentResource {
  readonly channel: Channel;
  readonly planned: pulumi.Output<PlannedPointer>;
  /** What an apt suite gets of it. */
  readonly offer: pulumi.Output<readonly SuiteRelease[]>;

  constructor(args: ArchiveKeyringArgs, options: pulumi.ComponentResourceOptions = {}) {
    const product = keyringProduct(args.archive);
    // One opaque value: lifting properties one by one would make each of them unknown or known on its own.
    const release = args.plan.apply((plan) => plan.release as PlannedRelease);
    super("slipway:index:ArchiveKeyring", product, { product, version: release.apply((it) => it.version) }, options);
    const bucket = args.bucket.location;
    const artifact = new Artifact(
      `${product}-deb`,
      {
        bucket,
        product,
        target: "any",
        role: `${product}.deb`,
        version: release.apply((it) => it.version),
        artifact: release.apply((it) => artifactObjects(it).artifact),
        inventory: release.apply((it) => artifactObjects(it).inventory),
        content: release.apply((it) => artifactObjects(it).recorded.content),
      },
      { parent: this },
    );
    const recordArgs = {
      bucket,
      product,
      channel: args.channel,
      version: release.apply((it) => it.version),
      record: release.apply((it) => it.recordObject),
      key: args.archiveKey,
      ...(args.archiveKeys === undefined ? {} : { archiveKeys: args.archiveKeys }),
    };
    const record = new ReleaseRecord(`${product}-record`, recordArgs, { parent: this, dependsOn: artifact });
    const plan = args.plan.apply((it) => it.channel as ChannelPlan);
    const channelArgs = {
      product,
      channel: args.channel,
      bucket: args.bucket,
      plan,
      key: args.channelKey,
      lifetime: args.lifetime,
    };
    this.channel = new Channel(channelArgs, { parent: this, dependsOn: [record, ...ownedBy(args.bucket)] });
    this.planned = args.plan;
    this.offer = args.plan.apply((it) => it.offer as readonly SuiteRelease[]);
    this.registerOutputs({});
  }
}

function artifactObjects({ product, folder, record }: PlannedRelease) {
  const [recorded] = record.artifacts as readonly RecordedArtifact[];
  if (recorded === undefined) throw new Error(`the record of ${product} names no artifact`);
  const base = releaseFolder(product, folder);
  const { inventory } = recorded;
  return {
    recorded,
    artifact: { path: `${base}/${recorded.name}`, size: recorded.size, sha256: recorded.shipped },
    inventory: { path: `${base}/${inventory.path}`, size: inventory.size, sha256: inventory.sha256 },
  };
}
