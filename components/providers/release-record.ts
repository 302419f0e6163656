import type * as pulumi from "@pulumi/pulumi";
import type { OpenPgpPublic } from "../../packaging/signing/signer.ts";
import type { PlannedObject } from "../later.ts";
import type { KeyReference } from "../signing-key.ts";
import { forgotten, SlipwayResource } from "./resource.ts";

export interface ReleaseRecordArgs {
  readonly bucket: string;
  readonly product: string;
  readonly channel: string;
  readonly version: pulumi.Input<string>;
  readonly record: PlannedObject;
  readonly key: KeyReference<OpenPgpPublic>;
  /** The archive's keys where the stack lists them. */
  readonly archiveKeys?: readonly OpenPgpPublic[];
}

/** The release's record, its sums and metadata, and their signatures. */
export class ReleaseRecord extends SlipwayResource {
  constructor(name: string, args: ReleaseRecordArgs, options: pulumi.CustomResourceOptions) {
    super("slipway/lifecycle/release-record", "ReleaseRecord", name, { ...args }, { ...options, ...forgotten });
  }
}
