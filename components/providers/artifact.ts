import type * as pulumi from "@pulumi/pulumi";
import type { PlannedObject } from "../later.ts";
import { forgotten, SlipwayResource } from "./resource.ts";

export interface ArtifactArgs {
  readonly bucket: string;
  readonly product: string;
  readonly target: string;
  readonly role: string;
  readonly version: pulumi.Input<string>;
  readonly artifact: PlannedObject;
  readonly inventory: PlannedObject;
  readonly content: pulumi.Input<string>;
}

/** One shipped file and its inventory, in the bucket. */
export class Artifact extends SlipwayResource {
  constructor(name: string, args: ArtifactArgs, options: pulumi.CustomResourceOptions) {
    super("slipway/lifecycle/artifact", "Artifact", name, { ...args }, { ...options, ...forgotten });
  }
}
