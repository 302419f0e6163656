import type * as pulumi from "@pulumi/pulumi";
import type { ConnectKeyReference } from "../../packaging/signing/connect-key.ts";
import { forgotten, SlipwayResource } from "./resource.ts";

export interface NotarizedPackageArgs {
  readonly identifier: string;
  readonly name: pulumi.Input<string>;
  readonly sha256: pulumi.Input<string>;
  readonly size: pulumi.Input<number>;
  readonly key: ConnectKeyReference;
  readonly wait: number;
}

/** Apple's verdict on a signed package, and the ticket that is stapled to it. */
export class NotarizedPackage extends SlipwayResource {
  declare readonly submission: pulumi.Output<string>;
  /** Base64. */
  declare readonly ticket: pulumi.Output<string>;

  constructor(name: string, args: NotarizedPackageArgs, options: pulumi.CustomResourceOptions) {
    const inputs = { ...args, submission: undefined, status: undefined, ticket: undefined };
    super("slipway/lifecycle/notarization", "NotarizedPackage", name, inputs, { ...options, ...forgotten });
  }
}
