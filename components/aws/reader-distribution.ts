import { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { OriginAccessControl } from "@pulumi/aws/cloudfront/originAccessControl.js";
import * as pulumi from "@pulumi/pulumi";
import { bucketPolicy } from "../../packaging/aws/bucket-policy.ts";
import { inside } from "./inside.ts";

/**
 * AWS's own cache policy CachingOptimized, which keeps an object as long as its Cache-Control says.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

export interface ReaderDistributionArgs {
  /** The bucket of releases: a resource of type `aws.s3.Bucket`, or the same of one that is there. */
  readonly bucket: {
    /** Its name. */
    readonly bucket: pulumi.Input<string>;
    readonly arn: pulumi.Input<string>;
    /** Its host in its region: `NAME.s3.REGION.amazonaws.com`. */
    readonly bucketRegionalDomainName: pulumi.Input<string>;
  };
}

/** A distribution of CloudFront that alone reads a bucket, once the bucket has its policy, and that users read. */
export class ReaderDistribution extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** Where users read: a name of a host. */
  readonly host: pulumi.Output<string>;
  /** The policy of a bucket that this distribution alone reads, as JSON. The bucket has to be given it. */
  readonly policy: pulumi.Output<string>;

  constructor(name: string, { bucket }: ReaderDistributionArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("slipway:index:ReaderDistribution", name, { bucket: bucket.bucket }, options);
    const own = inside(this, options);
    const access = new OriginAccessControl(
      name,
      { originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" },
      own,
    );
    const origin = {
      originId: "bucket",
      domainName: bucket.bucketRegionalDomainName,
      originAccessControlId: access.id,
    };
    const made = new Distribution(
      name,
      {
        enabled: true,
        comment: bucket.bucket,
        defaultRootObject: "index.html",
        origins: [origin],
        defaultCacheBehavior: {
          targetOriginId: origin.originId,
          allowedMethods: ["GET", "HEAD"],
          cachedMethods: ["GET", "HEAD"],
          viewerProtocolPolicy: "redirect-to-https",
          cachePolicyId: cachingOptimized,
          compress: true,
        },
        restrictions: { geoRestriction: { restrictionType: "none" } },
        viewerCertificate: { cloudfrontDefaultCertificate: true },
      },
      own,
    );
    this.arn = made.arn;
    this.host = made.domainName;
    this.policy = pulumi
      .all([bucket.arn, made.arn])
      .apply(([arn, distribution]) => bucketPolicy(arn, { distribution }));
    this.registerOutputs({ arn: this.arn, host: this.host });
  }
}
