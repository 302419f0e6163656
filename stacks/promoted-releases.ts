import * as pulumi from "@pulumi/pulumi";
import { checkedInputs, outputsOf } from "./outputs-of.ts";
import { release } from "./release.ts";
import type { MovedChannelArgs, MovingKeysArgs, ReleasedOutputs } from "./release-arguments.ts";

export interface PromotedReleasesArgs extends MovedChannelArgs {
  /** What the channel points at: a version, or one for each product. */
  readonly version: string | Readonly<Record<string, string>>;
  /** The products; the archive's name where left out. */
  readonly products?: readonly [string, ...string[]];
  /** The channel; `stable` where left out. */
  readonly channel?: string;
  /** The channel that lists what is promoted; `candidate` where left out. */
  readonly from?: string;
  /** Path of the certificate that signs the sums of what is promoted, or a list of such while keys change. */
  readonly signer: string | readonly [string, ...string[]];
  /** How artifacts in the bucket are examined: their sizes (`quick`, where left out), or every byte. */
  readonly verify?: "quick" | "deep";
  /** Path of the log of decisions to release; `docs/process/governance-log.md` where left out. */
  readonly governance?: string;
  readonly keys: MovingKeysArgs;
}

/**
 * Promotions as part of another program: takes versions that another channel lists, as they lie in the bucket, and points its
 * own channel at them; going back is the same with the version of before. It builds nothing. One for each stack. Refuses, as one
 * message, arguments with mistakes before it is registered, and what the gates object to before anything is that it has inside.
 */
export class PromotedReleases extends pulumi.ComponentResource<ReleasedOutputs> {
  readonly outputs: pulumi.Output<ReleasedOutputs>;

  constructor(name: string, args: PromotedReleasesArgs, options: pulumi.ComponentResourceOptions = {}) {
    super(
      "slipway:index:PromotedReleases",
      name,
      checkedInputs({ component: "PromotedReleases", stage: "release" }, name, args),
      options,
    );
    this.outputs = pulumi.output(this.getData());
  }

  protected override async initialize(inputs: pulumi.Inputs): Promise<ReleasedOutputs> {
    const outputs = await outputsOf(inputs, (settings) => release(settings, undefined, this));
    this.registerOutputs(outputs);
    return outputs as unknown as ReleasedOutputs;
  }
}
