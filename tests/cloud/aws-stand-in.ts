import { main } from "@pulumi/pulumi/provider/index.js";
import { makeBucket, openBucket } from "./moto-bucket.ts";
import { type Kind, type Properties, StandInProvider } from "./stand-in-provider.ts";
import { worldFolder } from "./world.ts";

const account = "123456789012";

/** What belongs to a bucket has its name. */
const ofBucket: Kind = { identity: ["bucket"] };

function named(computed: (inputs: Properties, id: string) => Properties): Kind {
  return { identity: [], computed };
}

const kinds: Readonly<Record<string, Kind>> = {
  "aws:s3/bucket:Bucket": {
    identity: ["bucket", "objectLockEnabled"],
    computed: ({ bucket }) => ({
      arn: `arn:aws:s3:::${bucket}`,
      bucketRegionalDomainName: `${bucket}.s3.eu-central-1.amazonaws.com`,
    }),
    made: ({ bucket, objectLockEnabled }) => makeBucket(String(bucket), objectLockEnabled === true),
  },
  "aws:s3/bucketVersioning:BucketVersioning": ofBucket,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ofBucket,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ofBucket,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ofBucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ofBucket,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": ofBucket,
  "aws:s3/bucketPolicy:BucketPolicy": {
    ...ofBucket,
    made: ({ bucket, policy }) => openBucket(String(bucket), String(policy)),
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": named(({ url }) => ({
    arn: `arn:aws:iam::${account}:oidc-provider/${new URL(String(url)).host}`,
  })),
  "aws:iam/role:Role": named((_inputs, id) => ({ arn: `arn:aws:iam::${account}:role/${id}`, name: id })),
  "aws:iam/rolePolicy:RolePolicy": named(() => ({})),
  "aws:cloudfront/originAccessControl:OriginAccessControl": named(() => ({})),
  "aws:cloudfront/distribution:Distribution": named((_inputs, id) => ({
    arn: `arn:aws:cloudfront::${account}:distribution/${id}`,
    domainName: "d111111abcdef8.cloudfront.net",
  })),
};

await main(new StandInProvider({ version: "7.48.0", kinds, functions: {} }, worldFolder()), process.argv.slice(2));
