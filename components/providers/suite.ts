import type * as pulumi from "@pulumi/pulumi";
import type { OpenPgpPublic } from "../../packaging/signing/signer.ts";
import type { KeyReference } from "../signing-key.ts";
import { forgotten, SlipwayResource } from "./resource.ts";

export interface SuiteArgs {
  readonly bucket: string;
  readonly archive: string;
  readonly suite: string;
  readonly origin: string;
  readonly label: string;
  readonly url: string;
  /** By product: `name version architecture` → digest of each package that the suite offers. */
  readonly packages: Readonly<Record<string, pulumi.Input<Readonly<Record<string, string>>>>>;
  /** Digest of each uncompressed index. */
  readonly indices: pulumi.Input<Readonly<Record<string, string>>>;
  /** By product, in percent: how many machines with an earlier version upgrade to its current one. */
  readonly phasing?: Readonly<Record<string, number>>;
  readonly publishedAt?: string;
  readonly key: KeyReference<OpenPgpPublic>;
}

/** An apt suite's indices and signed Release. */
export class Suite extends SlipwayResource {
  declare readonly date: pulumi.Output<string>;

  constructor(name: string, args: SuiteArgs, options: pulumi.CustomResourceOptions) {
    super("slipway/lifecycle/suite", "Suite", name, { ...args, date: undefined }, { ...options, ...forgotten });
  }
}
