import type * as pulumi from "@pulumi/pulumi";
import type { OpenPgpPublic } from "../../packaging/signing/signer.ts";
import type { KeyReference } from "../signing-key.ts";
import { forgotten, SlipwayResource } from "./resource.ts";

export interface PagesArgs {
  readonly bucket: string;
  readonly archive: string;
  /** Base address of the bucket, as clients reach it. */
  readonly url: string;
  /** The tap that has the releases, as brew names it. */
  readonly tap?: string | undefined;
  /** The bucket has manifests for winget. */
  readonly winget?: true | undefined;
  readonly revision: number;
  /** By `product channel`: what the page of a channel is about. */
  readonly channels: Readonly<Record<string, PagedRelease>>;
  /** The text of the TUF root that the stack trusts; without one, the bucket's own counts. */
  readonly root?: string | undefined;
  /** Signs the pages. */
  readonly key: KeyReference<OpenPgpPublic>;
}

export interface PagedRelease {
  readonly serves: pulumi.Input<string>;
  readonly serial: pulumi.Input<number>;
  readonly downloads: pulumi.Input<number>;
  /** Digest of the release record: the rest of the page follows from it. */
  readonly record: pulumi.Input<string>;
}

/** The pages of a stack's channels, and the bucket's index. */
export class Pages extends SlipwayResource {
  constructor(name: string, args: PagesArgs, options: pulumi.CustomResourceOptions) {
    super("slipway/lifecycle/pages", "Pages", name, { ...args }, { ...options, ...forgotten });
  }
}
