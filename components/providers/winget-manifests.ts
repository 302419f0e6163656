import type * as pulumi from "@pulumi/pulumi";
import { forgotten, SlipwayResource } from "./resource.ts";

export interface WingetManifestsArgs {
  readonly bucket: string;
  /** Of the package. */
  readonly identifier: string;
  /** Path in the bucket → text. */
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
}

/** The manifests of a version of a package, in the bucket. */
export class WingetManifests extends SlipwayResource {
  constructor(name: string, args: WingetManifestsArgs, options: pulumi.CustomResourceOptions) {
    super("slipway/lifecycle/winget-manifests", "WingetManifests", name, { ...args }, { ...options, ...forgotten });
  }
}
