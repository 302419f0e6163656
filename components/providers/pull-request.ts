import type * as pulumi from "@pulumi/pulumi";
import type { Author } from "../../packaging/git/names.ts";
import type { KeySource } from "../../packaging/signing/signer.ts";
import { keptSecret } from "./git-commit.ts";
import { forgotten, SlipwayResource } from "./resource.ts";

export interface PullRequestArgs {
  /** What is asked for by such requests: the same for every version, and for no other resource of the stack. */
  readonly name: string;
  /** `owner/name` of the repository that is asked. */
  readonly repository: string;
  /** Its branch. */
  readonly base: string;
  /** `owner/name` of the repository that has the branch; the same one, or a fork. */
  readonly fork: string;
  /** One for each product and version: a branch is asked for once. */
  readonly branch: pulumi.Input<string>;
  /** Also the message of the commit. */
  readonly title: pulumi.Input<string>;
  readonly body: pulumi.Input<string>;
  /** Path → text. */
  readonly files: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
  /** Paths of files that are to go: a withdrawal. */
  readonly removed?: pulumi.Input<readonly pulumi.Input<string>[]>;
  readonly author: Author;
  /** Of the commit, in seconds since 1970; the same for the same files, such as the release's epoch. */
  readonly date: pulumi.Input<number>;
  readonly token: pulumi.Input<KeySource>;
}

/** A pull request with one commit: people decide about it. */
export class PullRequest extends SlipwayResource {
  /** null: nothing had to be asked for, the branch has it already. */
  declare readonly number: pulumi.Output<number | null>;
  declare readonly url: pulumi.Output<string>;
  declare readonly state: pulumi.Output<"requested" | "merged" | "refused">;

  constructor(name: string, { token, ...args }: PullRequestArgs, options: pulumi.CustomResourceOptions) {
    const outputs = { number: undefined, url: undefined, state: undefined, commit: undefined };
    const inputs = { removed: [], ...args, token: keptSecret(token), ...outputs };
    super("slipway/lifecycle/pull-request", "PullRequest", name, inputs, { ...options, ...forgotten });
  }
}
