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
import { bucketArguments } from "../../packaging/aws-settings.ts";
import { checkedArguments } from "../checked-arguments.ts";
import { type Publisher, PublisherRole } from "./publisher-role.ts";
import { ReaderDistribution } from "./reader-distribution.ts";

/** Days after which an upload that nobody finished is cleared away, and an entry of the shared cache. */
const unfinishedDays = 7;
const cacheDays = 30;

export interface OwnedBucketArgs {
  /** Name of the bucket, the only one of that name in all of S3: 3 to 63 lower-case letters, digits, dots and dashes. */
  readonly bucket: string;
  /** Where it is made, such as eu-central-1; a provider of AWS among the options has a region of its own, and counts. */
  readonly region: string;
  /** Through what users read: the bucket itself by its policy (where left out), or a distribution of CloudFront. */
  readonly public?: "policy" | "cloudfront" | undefined;
  /** Whose workflows publish by a role of their own; no role is made where left out. */
  readonly publisher?: Publisher | undefined;
  /** How long a version of an object can be deleted by nobody, or (`governance`) by few: 1 to 999 days. None where left out. */
  readonly lock?: { readonly mode: "governance" | "compliance"; readonly days: number } | undefined;
}

/**
 * The bucket of a team's releases on S3, and who may read and write it. The stack that owns it forgets it when it goes:
 * users install from it. Credentials are AWS's own (`AWS_ACCESS_KEY_ID`, a profile, a role), which the provider reads.
 */
export class OwnedBucket extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** ARN of the role that workflows publish with, where there is a publisher. */
  readonly publisher: pulumi.Output<string> | undefined;
  /** Where users read, where a distribution is in front of the bucket: a name of a host. */
  readonly host: pulumi.Output<string> | undefined;
  /** What has to be there before anything is written into the bucket. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: OwnedBucketArgs, options: pulumi.ComponentResourceOptions = {}) {
    const setting = checkedArguments(bucketArguments, args, `OwnedBucket ${name}`);
    const { publisher } = args;
    const { region, lock } = setting;
    super("slipway:index:OwnedBucket", name, { bucket: setting.bucket, region }, options);
    const provider = this.getProvider("aws::") ?? new Provider(`${name}-aws`, { region }, { parent: this });
    const own: pulumi.CustomResourceOptions = { parent: this, provider, retainOnDelete: true };
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

    const front = isPublic ? undefined : new ReaderDistribution(name, { bucket: made }, own);
    const policy = front?.policy ?? arn.apply((it) => bucketPolicy(it, "everybody"));
    new BucketPolicy(name, { bucket, policy }, { ...own, dependsOn: block });
    this.arn = arn;
    this.host = front?.host;
    this.publisher = publisher && new PublisherRole(name, { bucket: arn, ...publisher }, own).arn;
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
