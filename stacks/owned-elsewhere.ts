import type * as pulumi from "@pulumi/pulumi";
import { knownSecrets } from "../packaging/github/known-secrets.ts";
import type { Settings } from "../packaging/settings.ts";
import { underFormerName } from "./former-names.ts";

/** What a foundation owns besides what it writes into the bucket. */
export interface OwnedElsewhere {
  /** Registers it, once all input is known to be good, below the parent of `within` where that has one. */
  register(within: Pick<pulumi.ComponentResourceOptions, "parent">): {
    /** What has to be there before anything is written into the bucket. */
    readonly ready: readonly pulumi.Resource[];
    readonly outputs: Readonly<Record<string, unknown>>;
  };
}

/**
 * The bucket on S3 (`slipway:aws`) and what belongs to a repository on GitHub (`slipway:github`). Modules of providers are
 * loaded by those alone who have the setting. Refuses (SLW-KEY) a secret that is not at hand.
 */
export async function ownedElsewhere({ aws, github, bucket }: Settings): Promise<OwnedElsewhere> {
  const secrets = github && (await knownSecrets(github));
  const s3 = aws && (await import("../components/aws/owned-bucket.ts"));
  const repository = github && (await import("../components/github/owned-repository.ts"));
  return {
    register: (within) => {
      const owned = aws && s3 && new s3.OwnedBucket("releases", aws, { ...within, protect: true });
      const role = owned?.publisher;
      if (github !== undefined && repository !== undefined && secrets !== undefined) {
        const toPublish = { ...(role && { AWS_ROLE_ARN: role }), ...(aws && { AWS_REGION: aws.region }) };
        const environments = Object.entries(github.environments).map(([name, given]) => {
          const derived = aws?.publisher?.environments.includes(name) === true ? toPublish : {};
          const variables = { ...derived, ...given.variables };
          return [name, { ...given, secrets: secrets.environments.get(name), variables }] as const;
        });
        new repository.OwnedRepository(
          "repository",
          {
            ...github,
            secrets: secrets.repository,
            variables: { ...(aws && { SLIPWAY_BUCKET: bucket }), ...github.variables },
            environments: Object.fromEntries(environments),
          },
          { ...within, ...(within.parent === undefined && { transformations: [underFormerName("repository")] }) },
        );
      }
      return {
        ready: owned?.ready ?? [],
        outputs: { ...(role && { publisher: role }), ...(owned?.host && { host: owned.host }) },
      };
    },
  };
}
