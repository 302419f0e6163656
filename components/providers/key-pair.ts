import type * as pulumi from "@pulumi/pulumi";
import type { Ed25519Public, OpenPgpPublic, X509Public, X509Purpose } from "../../packaging/signing/signer.ts";
import { SlipwayResource } from "./resource.ts";

export interface KeyPairArgs {
  readonly name: string;
  readonly algorithm: "ed25519" | "openpgp" | X509Purpose;
  readonly user: { readonly name: string; readonly email: string };
}

/** A generated key pair; the secret half is encrypted in the state. */
export class KeyPair extends SlipwayResource {
  declare readonly public: pulumi.Output<Ed25519Public | OpenPgpPublic | X509Public>;
  declare readonly secret: pulumi.Output<string>;

  constructor(name: string, args: KeyPairArgs, options: pulumi.CustomResourceOptions) {
    super(
      "slipway/lifecycle/key-pair",
      "KeyPair",
      name,
      { ...args, public: undefined, secret: undefined },
      {
        ...options,
        additionalSecretOutputs: ["secret"],
      },
    );
  }
}
