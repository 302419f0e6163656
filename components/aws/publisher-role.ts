import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { githubIssuer, publisherPolicy, publisherTrust } from "../../packaging/aws/publisher-policy.ts";

export interface PublisherRoleArgs {
  /** The bucket's ARN. */
  readonly bucket: pulumi.Output<string>;
  readonly repository: string;
  readonly environments: readonly string[];
  /** The ARN of the account's OIDC provider of GitHub; unset, one is made. */
  readonly provider?: string | undefined;
}

/** The role that workflows of a repository publish with, which they take for an hour at most and without a secret. */
export class PublisherRole {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PublisherRoleArgs, own: pulumi.CustomResourceOptions) {
    const { repository, environments } = args;
    const issuer = { url: `https://${githubIssuer}`, clientIdLists: ["sts.amazonaws.com"] };
    const provider = pulumi.output(args.provider ?? new OpenIdConnectProvider(`${name}-github`, issuer, own).arn);
    const role = new Role(
      `${name}-publisher`,
      {
        description: `Publishes the releases of ${repository}`,
        assumeRolePolicy: provider.apply((arn) => publisherTrust(arn, repository, environments)),
        maxSessionDuration: 3600,
      },
      own,
    );
    new RolePolicy(`${name}-publisher`, { role: role.id, policy: args.bucket.apply(publisherPolicy) }, own);
    this.arn = role.arn;
  }
}
