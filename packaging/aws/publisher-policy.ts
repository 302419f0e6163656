import { policyText } from "./bucket-policy.ts";

/** GitHub's OIDC provider. https://docs.github.com/actions/concepts/security/openid-connect */
export const githubIssuer = "token.actions.githubusercontent.com";

/**
 * Who may be the publisher: jobs of a repository in one of these environments, which prove it by a token of GitHub's OIDC
 * provider (its ARN).
 */
export function publisherTrust(provider: string, repository: string, environments: readonly string[]): string {
  const subjects = environments.map((environment) => `repo:${repository}:environment:${environment}`);
  return policyText([
    {
      Sid: "JobsOfTheRepository",
      Effect: "Allow",
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { [`${githubIssuer}:aud`]: "sts.amazonaws.com", [`${githubIssuer}:sub`]: subjects },
      },
    },
  ]);
}

/**
 * What a publisher may do in a bucket (its ARN): what the store does and nothing else. It deletes nothing, and what the
 * foundation alone writes (roots, delegations, the archive's keys) it cannot write.
 */
export function publisherPolicy(bucket: string): string {
  return policyText([
    { Sid: "Names", Effect: "Allow", Action: ["s3:ListBucket", "s3:ListBucketMultipartUploads"], Resource: bucket },
    {
      Sid: "Objects",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
      Resource: `${bucket}/*`,
    },
    {
      Sid: "TrustIsOfTheFoundation",
      Effect: "Deny",
      Action: "s3:PutObject",
      Resource: ["tuf/*.root.json", "tuf/*.targets.json", "keys/*"].map((path) => `${bucket}/${path}`),
    },
  ]);
}
