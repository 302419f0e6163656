import * as pulumi from "@pulumi/pulumi";
import { foundation } from "./foundation.ts";
import { checkedInputs, outputsOf } from "./outputs-of.ts";
import type { RoleKey } from "./release-arguments.ts";

/** All paths count from the folder of Pulumi.yaml. */
export interface FoundationArgs {
  /** Name of the archive: of its keyring package and of the sources file of apt. */
  readonly archive: string;
  /** The bucket: a folder, or `s3://NAME/PREFIX?region=REGION`. */
  readonly bucket: string;
  /** The products; the archive's name where left out. */
  readonly products?: readonly [string, ...string[]];
  /** By channel: the public half, in lower-case hex, of the key that moves it. */
  readonly channels: Readonly<Record<string, { readonly public: string }>>;
  /** Paths of the archive's armoured certificates. */
  readonly certificates: readonly [string, ...string[]];
  /** `root` signs the TUF root and what it delegates. */
  readonly keys: { readonly root: RoleKey };
}

/** What a program reads of a foundation once it is there. */
export interface FoundationOutputs {
  readonly bucket: string;
  /** With the package of the archive's keys. */
  readonly products: readonly string[];
  /** Fingerprints of the certificates. */
  readonly archiveKeys: readonly string[];
  /** Version of the TUF root in force. */
  readonly root: number;
}

/**
 * The trust of a bucket as part of another program: the TUF root, the channels that it delegates, each with the key that
 * moves it, and the archive's public keys. It builds nothing and moves no channel. What `dependsOn` names, such as an
 * `OwnedBucket`, is there before anything is written. One for each stack.
 */
export class Foundation extends pulumi.ComponentResource<FoundationOutputs> {
  readonly outputs: pulumi.Output<FoundationOutputs>;

  constructor(name: string, args: FoundationArgs, options: pulumi.ComponentResourceOptions = {}) {
    super(
      "slipway:index:Foundation",
      name,
      checkedInputs({ component: "Foundation", stage: "foundation" }, name, args),
      options,
    );
    this.outputs = pulumi.output(this.getData());
  }

  protected override async initialize(
    inputs: pulumi.Inputs,
    { dependsOn }: pulumi.ComponentResourceOptions = {},
  ): Promise<FoundationOutputs> {
    const outputs = await outputsOf(inputs, (settings) =>
      foundation(settings, undefined, { parent: this, ...(dependsOn !== undefined && { dependsOn }) }),
    );
    this.registerOutputs(outputs);
    return outputs as unknown as FoundationOutputs;
  }
}
