import { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { OriginAccessControl } from "@pulumi/aws/cloudfront/originAccessControl.js";
import type { Bucket } from "@pulumi/aws/s3/bucket.js";
import type * as pulumi from "@pulumi/pulumi";

/**
 * AWS's own cache policy CachingOptimized, which keeps an object as long as its Cache-Control says.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/** A distribution of CloudFront that alone reads a bucket, and that users read. */
export class ReaderDistribution {
  readonly arn: pulumi.Output<string>;
  readonly host: pulumi.Output<string>;

  constructor(name: string, bucket: Bucket, own: pulumi.CustomResourceOptions) {
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
  }
}
