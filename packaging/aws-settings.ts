import { z } from "zod";
import type { Mistake } from "./errors.ts";
import { environmentName, type GithubSetting, repositoryName } from "./github-settings.ts";
import { list, oneOf, record, text } from "./manifest/fields.ts";
import { wholeNumber } from "./setting-values.ts";

/** Every message completes the sentence "slipway:aws: expected ..., found ...". */

const publisher = record("who may publish: { repository: OWNER/NAME, environments: [release] }", {
  repository: repositoryName,
  environments: list("a list of environments, such as [candidate, release]", environmentName).min(1, {
    error: "at least one environment",
  }),
  /** GitHub's OIDC provider of the account, where there is one already: an account has one at most. */
  provider: text(
    "the ARN of the account's OIDC provider of GitHub",
    /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[\w./-]{1,200}$/,
  ).optional(),
});

const lock = record("an object lock: { mode: governance, days: 30 }", {
  mode: oneOf(["governance", "compliance"]),
  days: wholeNumber("a whole number of days from 1 to 999", 1, 999),
});

/** The bucket on S3 that a stack of stage `foundation` owns. */
export const awsSetting = record("a bucket on S3: { bucket: NAME, region: eu-central-1 }", {
  bucket: text(
    "a bucket's name: 3 to 63 lower-case letters, digits, dots and dashes",
    /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9])){1,61}[a-z0-9]$/,
  ),
  region: text("a region such as eu-central-1", /^[a-z]{2}(?:-[a-z]{1,12}){1,3}-\d{1,2}$/),
  /** Through what users read: the bucket itself by its policy, or a distribution in front of it. */
  public: z.enum(["policy", "cloudfront"], { error: "one of: policy, cloudfront" }).default("policy"),
  publisher: publisher.optional(),
  lock: lock.optional(),
});

export type AwsSetting = z.infer<typeof awsSetting>;

/** The same as components of another program take it: the provider's ARN is the program's own, and may be known later. */
export const publisherArguments = publisher.extend({ provider: z.unknown().optional() });
export const bucketArguments = awsSetting.extend({ publisher: publisherArguments.optional() });

interface Owned {
  readonly aws?: AwsSetting | undefined;
  readonly github?: GithubSetting | undefined;
  readonly bucket: string;
}

/**
 * Where the bucket that a stack owns and the one that it publishes into are two, or its policies would not be about what lies
 * in it; and publishers whom any branch could be (SLW-SETTINGS).
 */
export function awsMistakes({ aws, github, bucket }: Owned): readonly Mistake[] {
  if (aws === undefined) return [];
  const wrong = (step: keyof AwsSetting, message: string): Mistake => ({
    ...{ code: "SLW-SETTINGS", message, setting: ["aws", step] },
  });
  const [, published, prefix = ""] = /^s3:\/\/([^/?#]+)\/?([^?#]*)/.exec(bucket) ?? [];
  const region = /[?&]region=([^&#]+)/.exec(bucket)?.[1];
  const mistakes: Mistake[] = [];
  if (published !== undefined && published !== aws.bucket) {
    mistakes.push(
      wrong(
        "bucket",
        `slipway:bucket is in ${published}, and slipway:aws makes ${aws.bucket}: a stack owns the bucket that it writes into`,
      ),
    );
  } else if (prefix !== "") {
    mistakes.push(
      wrong(
        "bucket",
        `slipway:bucket is the folder ${prefix} of ${published}: the policies of slipway:aws are about a whole bucket`,
      ),
    );
  }
  if (published !== undefined && region !== undefined && region !== aws.region) {
    mistakes.push(
      wrong("region", `slipway:bucket is in the region ${region}, and slipway:aws makes it in ${aws.region}`),
    );
  }
  const { publisher } = aws;
  const open = (publisher?.environments ?? []).filter((name) => {
    const kept = github?.repository === publisher?.repository ? github?.environments[name] : undefined;
    return kept?.branches === undefined;
  });
  if (open.length > 0) {
    mistakes.push(
      wrong(
        "publisher",
        `slipway:github gives ${open.join(", ")} of ${publisher?.repository} no branches: whoever pushes any branch could publish`,
      ),
    );
  }
  return mistakes;
}
