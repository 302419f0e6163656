import type * as pulumi from "@pulumi/pulumi";
import type { BucketFile } from "../../packaging/github-release/wanted-release.ts";
import type { KeySource } from "../../packaging/signing/signer.ts";
import { forgotten, SlipwayResource } from "./resource.ts";

export interface GithubReleaseArgs {
  readonly bucket: string;
  readonly repository: string;
  readonly product: string;
  readonly tag: string;
  readonly name: string;
  readonly body: string;
  readonly prerelease: boolean;
  readonly files: readonly BucketFile[];
  /** By reference: the state holds no token. */
  readonly token: KeySource;
}

/** The release of a product's version on GitHub, with all its files. */
export class GithubRelease extends SlipwayResource {
  declare readonly url: pulumi.Output<string>;

  constructor(name: string, args: GithubReleaseArgs, options: pulumi.CustomResourceOptions) {
    const inputs = { ...args, url: undefined };
    super("slipway/lifecycle/github-release", "GithubRelease", name, inputs, { ...options, ...forgotten });
  }
}
