import { Provider } from "@pulumi/aws/provider.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketObjectLockConfiguration } from "@pulumi/aws/s3/bucketObjectLockConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import { bucketPolicy, cachePrefix } from "../../packaging/aws/bucket-policy.ts";
import type { AwsSetting } from "../../packaging/aws-settings.ts";
import { PublisherRole } from "./publisher-role.ts";
import { ReaderDistribution } from "./reader-distribution.ts";

/** Days after which an upload that nobody finished is cleared away, and an entry of the shared cache. */
const unfinishedDays = 7;
const cacheDays = 30;

/**
 * The bucket of a team's releases on S3, and who may read and write it. The stack that owns it forgets it when it goes:
 * users install from it. Credentials are AWS's own (`AWS_ACCESS_KEY_ID`, a profile, a role), which the provider reads.
 */
export class OwnedBucket extends pulumi.ComponentResource {
  /** ARN of the role that workflows publish with, where the setting has a publisher. */
  readonly publisher: pulumi.Output<string> | undefined;
  /** Where users read, where a distribution is in front of the bucket: a name of a host. */
  readonly host: pulumi.Output<string> | undefined;
  /** What has to be there before anything is written into the bucket. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, setting: AwsSetting, options: pulumi.ComponentResourceOptions = {}) {
    super("slipway:index:OwnedBucket", name, { bucket: setting.bucket, region: setting.region }, options);
    const provider = new Provider(`${name}-aws`, { region: setting.region }, { parent: this });
    const own: pulumi.CustomResourceOptions = { parent: this, provider, retainOnDelete: true };
    const { lock } = setting;
    const made = new Bucket(name, { bucket: setting.bucket, ...(lock && { objectLockEnabled: true }) }, own);
    const { bucket, arn } = made;

    const versioned = new BucketVersioning(name, { bucket, versioningConfiguration: { status: "Enabled" } }, own);
    const encryption = { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
    new BucketServerSideEncryptionConfiguration(name, { bucket, rules: [encryption] }, own);
    new BucketOwnershipControls(name, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, own);
    const isPublic = setting.public === "policy";
    const block = new BucketPublicAccessBlock(
      name,
      {
        bucket,
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: !isPublic,
        restrictPublicBuckets: !isPublic,
      },
      own,
    );
    new BucketLifecycleConfiguration(name, { bucket, rules: lifecycleRules }, { ...own, dependsOn: versioned });
    if (lock !== undefined) {
      const defaultRetention = { mode: lock.mode.toUpperCase(), days: lock.days };
      new BucketObjectLockConfiguration(name, { bucket, rule: { defaultRetention } }, { ...own, dependsOn: versioned });
    }

    const front = isPublic ? undefined : new ReaderDistribution(name, made, own);
    const policy = pulumi
      .all([arn, front?.arn])
      .apply(([ofBucket, distribution]) =>
        bucketPolicy(ofBucket, distribution === undefined ? "everybody" : { distribution }),
      );
    new BucketPolicy(name, { bucket, policy }, { ...own, dependsOn: block });
    this.host = front?.host;
    this.publisher = setting.publisher && new PublisherRole(name, { bucket: arn, ...setting.publisher }, own).arn;
    this.ready = [made, versioned];
    this.registerOutputs({ arn, publisher: this.publisher, host: this.host });
  }
}

/** None reaches what is released: a bucket's own rules are a way of deleting. */
const lifecycleRules = [
  {
    id: "unfinished-uploads",
    status: "Enabled",
    filter: { prefix: "" },
    abortIncompleteMultipartUpload: { daysAfterInitiation: unfinishedDays },
  },
  {
    id: "shared-cache",
    status: "Enabled",
    filter: { prefix: cachePrefix },
    expiration: { days: cacheDays },
    noncurrentVersionExpiration: { noncurrentDays: 1 },
  },
  {
    id: "shared-cache-markers",
    status: "Enabled",
    filter: { prefix: cachePrefix },
    expiration: { expiredObjectDeleteMarker: true },
  },
];
