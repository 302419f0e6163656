import type * as pulumi from "@pulumi/pulumi";
import type { ChannelRecord } from "../../packaging/channels/entry.ts";
import type { Ed25519Public } from "../../packaging/signing/signer.ts";
import type { PlannedObject } from "../later.ts";
import type { KeyReference } from "../signing-key.ts";
import { forgotten, SlipwayResource } from "./resource.ts";

/** What a channel points at, whose record a preview may not know yet. */
export interface PlannedRecord {
  readonly version: pulumi.Input<string>;
  readonly folder: pulumi.Input<string>;
  readonly record: PlannedObject;
}

export interface ChannelPointerArgs {
  readonly bucket: string;
  readonly product: string;
  readonly channel: string;
  readonly serial: pulumi.Input<number>;
  readonly after: pulumi.Input<number>;
  readonly current: pulumi.Input<ChannelRecord> | PlannedRecord;
  readonly kept: pulumi.Input<readonly ChannelRecord[]>;
  readonly why: pulumi.Input<string>;
  /** Days for which what the move signs holds; ten years where left out. */
  readonly lifetime?: number;
  readonly key: KeyReference<Ed25519Public>;
}

/** The channel's role in TUF, its entry, and the snapshot and timestamp that put it in force. */
export class ChannelPointer extends SlipwayResource {
  /** The serial in force after the update; in a preview the one that it will ask for. */
  declare readonly serial: pulumi.Output<number>;
  declare readonly snapshot: pulumi.Output<number>;

  constructor(name: string, args: ChannelPointerArgs, options: pulumi.CustomResourceOptions) {
    const inputs = { ...args, snapshot: undefined };
    super("slipway/lifecycle/channel", "ChannelPointer", name, inputs, { ...options, ...forgotten });
  }
}
