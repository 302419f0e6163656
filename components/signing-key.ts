import * as pulumi from "@pulumi/pulumi";
import { keySource } from "../packaging/setting-values.ts";
import type { SourceSetting } from "../packaging/settings.ts";
import type { Ed25519Public, KeySource, OpenPgpPublic, X509Public, X509Purpose } from "../packaging/signing/signer.ts";
import { KeyPair } from "./providers/key-pair.ts";

/** The public half of a key of any kind. */
export type PublicHalf = Ed25519Public | OpenPgpPublic | X509Public;

/** A key as resources take it: the public half as plain data, the private half as a source that the signing door opens. */
export interface KeyReference<Public> {
  readonly public: pulumi.Output<Public>;
  /** Of an X.509 identity, a PKCS#12 file. */
  readonly source: pulumi.Output<KeySource>;
  /** What opens the source; X.509 identities alone have one. */
  readonly password?: pulumi.Output<KeySource>;
}

/** The user id of an OpenPGP key; its name is in the certificates of an X.509 identity too. */
export interface UserId {
  readonly name: string;
  readonly email: string;
}

interface GeneratedKey {
  readonly generate: "ed25519" | "openpgp" | Exclude<X509Purpose, "apple-application">;
  readonly user: UserId;
}

export type SigningKeyArgs =
  | GeneratedKey
  | { readonly public: PublicHalf; readonly source: SourceSetting; readonly password?: SourceSetting };

/**
 * A signing key: generated into the encrypted state of a `dev` stack, or a reference (public half and source) that
 * leaves nothing worth stealing in the state.
 */
export class SigningKey<Public extends PublicHalf> extends pulumi.ComponentResource {
  readonly reference: KeyReference<Public>;

  constructor(name: string, args: SigningKeyArgs, options: pulumi.ComponentResourceOptions = {}) {
    const how = "generate" in args ? `${args.generate}, generated` : `${args.public.kind}, by reference`;
    super("slipway:index:SigningKey", name, { key: how }, options);
    this.reference = "generate" in args ? this.#generated(name, args) : referenced(args);
    this.registerOutputs({ public: this.reference.public });
  }

  #generated(name: string, { generate, user }: GeneratedKey): KeyReference<Public> {
    const pair = new KeyPair(`${name}-pair`, { name, algorithm: generate, user }, { parent: this });
    const half = { public: pair.public as unknown as pulumi.Output<Public> };
    if (generate === "ed25519" || generate === "openpgp") return { ...half, source: inState(pair.secret) };
    const identity = pair.secret.apply((json) => JSON.parse(json) as { file: string; password: string });
    return {
      ...half,
      source: inState(identity.apply(({ file }) => file)),
      password: inState(identity.apply(({ password }) => password)),
    };
  }
}

function inState(secret: pulumi.Output<string>): pulumi.Output<KeySource> {
  return pulumi.secret(secret.apply((it): KeySource => ({ kind: "state", secret: it })));
}

function referenced<Public>(args: {
  public: unknown;
  source: SourceSetting;
  password?: SourceSetting;
}): KeyReference<Public> {
  const source = pulumi.output(keySource(args.source));
  const half = { public: pulumi.output(args.public) as unknown as pulumi.Output<Public>, source };
  return args.password === undefined ? half : { ...half, password: pulumi.output(keySource(args.password)) };
}
