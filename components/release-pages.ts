import * as pulumi from "@pulumi/pulumi";
import { channelKey, pageRevision } from "../packaging/page/places.ts";
import type { PlannedPointer } from "../packaging/plan/pointer-plan.ts";
import type { OpenPgpPublic } from "../packaging/signing/signer.ts";
import type { Channel } from "./channel.ts";
import { laterText } from "./later.ts";
import { type PagedRelease, Pages } from "./providers/pages.ts";
import type { SharedBucket } from "./release-bucket.ts";
import type { KeyReference } from "./signing-key.ts";

/** A channel that gets a page. */
export interface PagedChannel {
  readonly product: string;
  readonly planned: PlannedPointer | pulumi.Output<PlannedPointer>;
  readonly moved: Channel;
}

export interface ReleasePagesArgs {
  readonly archive: string;
  /** Base address of the bucket, as clients reach it. */
  readonly url: string;
  readonly tap?: string | undefined;
  readonly winget?: true | undefined;
  readonly bucket: SharedBucket;
  readonly channel: string;
  readonly products: readonly PagedChannel[];
  /** The text of the TUF root that the stack trusts; without one, the bucket's own counts. */
  readonly root?: string | undefined;
  /** The archive's. */
  readonly key: KeyReference<OpenPgpPublic>;
}

/** What people see of the bucket in a browser: a page for each product of the channel, and the index of all channels. */
export class ReleasePages extends pulumi.ComponentResource {
  readonly pages: Pages;

  constructor(args: ReleasePagesArgs, options: pulumi.ComponentResourceOptions = {}) {
    const { archive, url, tap, winget, bucket, channel, products, root, key } = args;
    super("slipway:index:ReleasePages", channel, { url }, options);
    const channels = Object.fromEntries(products.map((one) => [channelKey(one.product, channel), pagedRelease(one)]));
    const inputs = { bucket: bucket.location, archive, url, tap, winget, revision: pageRevision, channels, root, key };
    this.pages = new Pages(`${channel}-pages`, inputs, { parent: this });
    this.registerOutputs({});
  }
}

function pagedRelease({ planned, moved }: PagedChannel): PagedRelease {
  const serial = moved.asked;
  if (!pulumi.Output.isInstance(planned)) {
    const { version, record, recordObject, unsigned } = planned.release;
    const digest = unsigned === undefined ? recordObject.sha256 : laterText;
    return { serves: version, serial, downloads: record.artifacts.length, record: digest };
  }
  const release = planned.apply((it) => it.release as PlannedPointer["release"]);
  return {
    serves: release.apply((it) => it.version),
    serial,
    downloads: release.apply((it) => it.record.artifacts.length),
    record: release.apply((it) => it.recordObject.sha256),
  };
}
