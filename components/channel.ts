import * as pulumi from "@pulumi/pulumi";
import type { ChannelRecord } from "../packaging/channels/entry.ts";
import { type ChannelMove, type ChannelPlan, moveOf } from "../packaging/plan/channel-plan.ts";
import type { Ed25519Public } from "../packaging/signing/signer.ts";
import { afterSigning } from "./later.ts";
import { ChannelPointer, type PlannedRecord } from "./providers/channel.ts";
import type { SharedBucket } from "./release-bucket.ts";
import type { KeyReference } from "./signing-key.ts";

export interface ChannelArgs {
  readonly product: string;
  readonly channel: string;
  readonly bucket: SharedBucket;
  readonly plan: ChannelPlan | pulumi.Output<ChannelPlan>;
  /** The release's record has a digest that is known after signing. */
  readonly unsigned?: boolean;
  readonly key: KeyReference<Ed25519Public>;
  /** Days for which what a move signs holds; ten years where left out. */
  readonly lifetime?: number | undefined;
}

/** A product's named pointer. Its diff says which version users get, and which stay installable. */
export class Channel extends pulumi.ComponentResource {
  readonly pointer: ChannelPointer;
  readonly serial: pulumi.Output<number>;
  /** The serial that the move asks for, the same in a preview and in its update. */
  readonly asked: pulumi.Output<number>;

  constructor(args: ChannelArgs, options: pulumi.ComponentResourceOptions = {}) {
    const { product, channel, key } = args;
    const name = `${product}-${channel}`;
    const move = plannedMove(args);
    const serial = move.apply((it) => it.serial);
    const plan = pulumi.output(args.plan).apply((it) => it as ChannelPlan);
    const served = plan.apply((it) => it.current);
    const current = args.unsigned === true ? withoutRecord(served) : served;
    const kept = plan.apply((it) => it.kept);
    const keeps = kept.apply((records) => records.map(({ version }) => version));
    super("slipway:index:Channel", name, { serves: served.version, keeps, serial }, options);
    const inputs = {
      bucket: args.bucket.location,
      product,
      channel,
      serial,
      after: move.apply((it) => it.after),
      current,
      kept,
      why: move.apply((it) => it.why),
      key,
      ...(args.lifetime === undefined ? {} : { lifetime: args.lifetime }),
    };
    this.pointer = new ChannelPointer(`${name}-pointer`, inputs, { parent: this });
    this.serial = this.pointer.serial;
    this.asked = serial;
    this.registerOutputs({ serial: this.serial });
  }
}

/** What is pointed at, but for the digest of its record. */
function withoutRecord({ version, folder, record }: pulumi.Output<ChannelRecord>): PlannedRecord {
  return { version, folder, record: afterSigning(record) };
}

/** Known without the key wherever the content decides: on a first preview the key does not exist yet. */
function plannedMove({ plan, key }: ChannelArgs): pulumi.Output<ChannelMove> {
  const decided = pulumi.Output.isInstance(plan) ? undefined : moveOf(plan, undefined);
  if (decided !== undefined) return pulumi.output(decided);
  return pulumi.all([plan, key.public]).apply(([known, { keyid }]) => {
    const move = moveOf(known as ChannelPlan, keyid);
    if (move === undefined) throw new Error("a move is decided once the key is known");
    return move;
  });
}
