import * as pulumi from "@pulumi/pulumi";
import { candidate } from "./candidate.ts";
import { checkedInputs, outputsOf } from "./outputs-of.ts";
import type { BuildingKeysArgs, MovedChannelArgs, ReleasedOutputs } from "./release-arguments.ts";

export interface CandidateReleasesArgs extends MovedChannelArgs {
  /** The manifests of the products, each of which says what its payload is. */
  readonly manifests: readonly [string, ...string[]];
  /** What the channel points at: a version, or one for each product. The manifests' own where left out. */
  readonly version?: string | Readonly<Record<string, string>>;
  /** The channel; `candidate` where left out. */
  readonly channel?: string;
  /** Paths of the archive's armoured certificates: those that its keyring package brings to machines. */
  readonly certificates: readonly [string, ...string[]];
  /** Path of the log of decisions to release; `docs/process/governance-log.md` where left out. */
  readonly governance?: string;
  readonly keys: BuildingKeysArgs;
}

/**
 * Candidates as part of another program: builds each product, publishes it once and for good under its version, and points the
 * channel at it, which a `Foundation` has delegated. One for each stack. Refuses, as one message, arguments with
 * mistakes before it is registered, and manifests with mistakes before anything is that it has inside.
 */
export class CandidateReleases extends pulumi.ComponentResource<ReleasedOutputs> {
  readonly outputs: pulumi.Output<ReleasedOutputs>;

  constructor(name: string, args: CandidateReleasesArgs, options: pulumi.ComponentResourceOptions = {}) {
    super(
      "slipway:index:CandidateReleases",
      name,
      checkedInputs({ component: "CandidateReleases", stage: "candidate" }, name, args),
      options,
    );
    this.outputs = pulumi.output(this.getData());
  }

  protected override async initialize(inputs: pulumi.Inputs): Promise<ReleasedOutputs> {
    const outputs = await outputsOf(inputs, (settings) => candidate(settings, undefined, this));
    this.registerOutputs(outputs);
    return outputs as unknown as ReleasedOutputs;
  }
}
