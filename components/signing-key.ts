import * as pulumi from "@pulumi/pulumi";
import type { SourceSetting } from "../packaging/settings.ts";
import type { Ed25519Public, KeySource, OpenPgpPublic } from "../packaging/signing/signer.ts";
import { KeyPair } from "./providers/key-pair.ts";

/** A key as resources take it: the public half as plain data, the private half as a source that the signing door opens. */
export interface KeyReference<Public> {
  readonly public: pulumi.Output<Public>;
  readonly source: pulumi.Output<KeySource>;
}

/** The user id of an OpenPGP key. */
export interface UserId {
  readonly name: string;
  readonly email: string;
}

export type SigningKeyArgs =
  | { readonly generate: "ed25519" | "openpgp"; readonly user: UserId }
  | { readonly public: Ed25519Public | OpenPgpPublic; readonly source: SourceSetting };

/**
 * A signing key: generated into the encrypted state of a `dev` stack, or a reference (public half and source) that
 * leaves nothing worth stealing in the state.
 */
export class SigningKey<Public extends Ed25519Public | OpenPgpPublic> extends pulumi.ComponentResource {
  readonly reference: KeyReference<Public>;

  constructor(name: string, args: SigningKeyArgs, options: pulumi.ComponentResourceOptions = {}) {
    const how = "generate" in args ? `${args.generate}, generated` : `${args.public.kind}, by reference`;
    super("slipway:index:SigningKey", name, { key: how }, options);
    this.reference = "generate" in args ? this.#generated(name, args) : referenced(args);
    this.registerOutputs({ public: this.reference.public });
  }

  #generated(name: string, args: { generate: "ed25519" | "openpgp"; user: UserId }): KeyReference<Public> {
    const inputs = { name, algorithm: args.generate, user: args.user };
    const pair = new KeyPair(`${name}-pair`, inputs, { parent: this });
    return {
      public: pair.public as unknown as pulumi.Output<Public>,
      source: pulumi.secret(pair.secret.apply((secret): KeySource => ({ kind: "state", secret }))),
    };
  }
}

function referenced<Public>(args: { public: unknown; source: SourceSetting }): KeyReference<Public> {
  const source: KeySource =
    "env" in args.source ? { kind: "env", name: args.source.env } : { kind: "file", path: args.source.file };
  return { public: pulumi.output(args.public) as unknown as pulumi.Output<Public>, source: pulumi.output(source) };
}
