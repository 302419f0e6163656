import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { githubIssuer, publisherPolicy, publisherTrust } from "../../packaging/aws/publisher-policy.ts";
import { publisherArguments } from "../../packaging/aws-settings.ts";
import { checkedArguments } from "../checked-arguments.ts";
import { inside } from "./inside.ts";

/** Who may publish: jobs of one repository, in some of its environments. */
export interface Publisher {
  /** The repository on GitHub whose workflows publish: OWNER/NAME. */
  readonly repository: string;
  /**
   * Its environments whose jobs may take the role: at least one. Each has to name the branches that reach it, else whoever
   * pushes a branch publishes.
   */
  readonly environments: readonly string[];
  /** The ARN of the account's OIDC provider of GitHub, which an account has once at most; unset, one is made. */
  readonly provider?: pulumi.Input<string> | undefined;
}

export interface PublisherRoleArgs extends Publisher {
  /** The ARN of the bucket of releases. */
  readonly bucket: pulumi.Input<string>;
}

/**
 * The role of AWS that workflows of a repository publish with, which they take for an hour at most and without a secret. It
 * creates objects, deletes none, and writes neither roots of trust nor the archive's keys. `slipway assume-role` takes it.
 */
export class PublisherRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PublisherRoleArgs, options: pulumi.ComponentResourceOptions = {}) {
    const { bucket, provider: known, ...given } = args;
    const { repository, environments } = checkedArguments(publisherArguments, given, `PublisherRole ${name}`);
    super("slipway:index:PublisherRole", name, { repository, environments }, options);
    const own = inside(this, options);
    const issuer = { url: `https://${githubIssuer}`, clientIdLists: ["sts.amazonaws.com"] };
    const provider = pulumi.output(known ?? new OpenIdConnectProvider(`${name}-github`, issuer, own).arn);
    const role = new Role(
      `${name}-publisher`,
      {
        description: `Publishes the releases of ${repository}`,
        assumeRolePolicy: provider.apply((arn) => publisherTrust(arn, repository, environments)),
        maxSessionDuration: 3600,
      },
      own,
    );
    const policy = pulumi.output(bucket).apply(publisherPolicy);
    new RolePolicy(`${name}-publisher`, { role: role.id, policy }, own);
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
