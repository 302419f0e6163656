/** A statement of a policy. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The text of a policy. */
export function policyText(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** What users read of a bucket: everything but the cache that machines share. Nobody lists it. */
const readByUsers = ["releases/*", "channels/*", "tuf/*", "dists/*", "keys/*", "winget/*", "index.html"];

/** The prefix of what machines that build share, and what alone expires. */
export const cachePrefix = "cache/";

/** Who reads: everybody from the bucket itself, or one distribution (its ARN). */
export type Readers = "everybody" | { readonly distribution: string };

/**
 * The policy of a bucket of releases (its ARN): who reads objects, and that an object under `releases/` is created or
 * replaced knowingly, never overwritten by a write without a condition, whoever writes.
 */
export function bucketPolicy(bucket: string, readers: Readers): string {
  return policyText([
    {
      Sid: "ReadByUsers",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: readByUsers.map((path) => `${bucket}/${path}`),
      ...(readers === "everybody"
        ? { Principal: "*" }
        : {
            Principal: { Service: "cloudfront.amazonaws.com" },
            Condition: { StringEquals: { "AWS:SourceArn": readers.distribution } },
          }),
    },
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html: parts of an upload have no such header.
    {
      Sid: "ReleasesAreNotOverwritten",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: `${bucket}/releases/*`,
      Condition: {
        Null: { "s3:if-none-match": "true", "s3:if-match": "true" },
        Bool: { "s3:ObjectCreationOperation": "true" },
      },
    },
  ]);
}
