import * as pulumi from "@pulumi/pulumi";
import type { Author } from "../../packaging/git/names.ts";
import type { KeySource } from "../../packaging/signing/signer.ts";
import { forgotten, SlipwayResource } from "./resource.ts";

export interface GitCommitArgs {
  /** What these files are in the repository: the same for every version, and for no other resource of the stack. */
  readonly name: string;
  /** A folder (relative to the project's; made where it is not there) or an address. */
  readonly remote: string;
  readonly branch: string;
  /** Path → text: all files that this resource keeps there. */
  readonly files: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
  readonly message: pulumi.Input<string>;
  readonly author: Author;
  /** Seconds since 1970; the same for the same files, such as the release's epoch. */
  readonly date: pulumi.Input<number>;
  readonly token?: pulumi.Input<KeySource>;
}

/** Files in a branch of a git repository, by one commit each time they change. */
export class GitCommit extends SlipwayResource {
  declare readonly commit: pulumi.Output<string>;
  declare readonly tree: pulumi.Output<string>;

  constructor(name: string, { token, ...args }: GitCommitArgs, options: pulumi.CustomResourceOptions) {
    const inputs = { ...args, ...(token && { token: keptSecret(token) }), commit: undefined, tree: undefined };
    super("slipway/lifecycle/git-commit", "GitCommit", name, inputs, { ...options, ...forgotten });
  }
}

/** A token that the state itself keeps is encrypted there; a reference is plain. */
export function keptSecret(token: pulumi.Input<KeySource>): pulumi.Output<KeySource> {
  return pulumi.output(token).apply((source) => {
    const kept = pulumi.output(source) as pulumi.Output<KeySource>;
    return source.kind === "state" ? pulumi.secret(kept) : kept;
  });
}
