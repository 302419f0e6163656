import * as pulumi from "@pulumi/pulumi";
import { dev } from "./dev.ts";
import { checkedInputs, outputsOf } from "./outputs-of.ts";
import type { ReleasedOutputs } from "./release-arguments.ts";

/** What is released, and where to. All paths count from the folder of Pulumi.yaml. */
export interface DevReleasesArgs {
  /** The manifests of the products, each of which says what its payload is. */
  readonly manifests: readonly [string, ...string[]];
  /** Name of the archive: of its keyring package and of the sources file of apt. */
  readonly archive: string;
  /** The folder of the bucket; `.slipway/bucket` where left out. */
  readonly bucket?: string;
  /** Who the archive is, and what it is called, as apt shows both. */
  readonly origin?: string;
  readonly label?: string;
  /** Base address of the bucket, as clients reach it. */
  readonly url?: string;
  /** What the channel points at: a version, or one for each product. The manifests' own where left out. */
  readonly version?: string | Readonly<Record<string, string>>;
  /** Versions that stay installable, the current one among them; 3 where left out. */
  readonly keep?: number;
}

export interface DevReleasesOutputs extends ReleasedOutputs {
  /** Version of the TUF root in force. */
  readonly root: number;
}

/**
 * Releases as part of another program: builds the products of these manifests, publishes them into a bucket, points the
 * channel `dev` at them and makes its apt suite, its pages and its keys, which are generated into the stack's encrypted
 * state. One for each stack: its children are named for products and channels. Refuses, as one message, arguments with
 * mistakes before it is registered, and manifests with mistakes before anything is that it has inside.
 */
export class DevReleases extends pulumi.ComponentResource<DevReleasesOutputs> {
  readonly outputs: pulumi.Output<DevReleasesOutputs>;

  constructor(name: string, args: DevReleasesArgs, options: pulumi.ComponentResourceOptions = {}) {
    super(
      "slipway:index:DevReleases",
      name,
      checkedInputs({ component: "DevReleases", stage: "dev" }, name, args),
      options,
    );
    this.outputs = pulumi.output(this.getData());
  }

  protected override async initialize(inputs: pulumi.Inputs): Promise<DevReleasesOutputs> {
    const outputs = await outputsOf(inputs, (settings) => dev(settings, undefined, this));
    this.registerOutputs(outputs);
    return outputs as unknown as DevReleasesOutputs;
  }
}
