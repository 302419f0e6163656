import type * as pulumi from "@pulumi/pulumi";
import type { Ed25519Public } from "../../packaging/signing/signer.ts";
import type { KeyReference } from "../signing-key.ts";
import { forgotten, SlipwayResource } from "./resource.ts";

export interface TrustArgs {
  readonly bucket: string;
  readonly key: KeyReference<Ed25519Public>;
  readonly delegations: readonly {
    readonly product: string;
    readonly channel: string;
    readonly key: pulumi.Output<Ed25519Public>;
  }[];
  /** By path: objects that the bucket lost, to be brought back before any channel moves. */
  readonly restore: Readonly<Record<string, string>>;
}

/** The TUF root and the delegations to channels. */
export class Trust extends SlipwayResource {
  declare readonly rootVersion: pulumi.Output<number>;
  declare readonly rootText: pulumi.Output<string>;
  declare readonly newTrust: pulumi.Output<boolean>;

  constructor(name: string, args: TrustArgs, options: pulumi.CustomResourceOptions) {
    const outputs = { rootVersion: undefined, rootText: undefined, newTrust: undefined };
    super("slipway/lifecycle/trust", "Trust", name, { ...args, ...outputs }, { ...options, ...forgotten });
  }
}
