import type * as pulumi from "@pulumi/pulumi";
import type { OpenPgpPublic } from "../../packaging/signing/signer.ts";
import { forgotten, SlipwayResource } from "./resource.ts";

export interface ArchiveKeysArgs {
  readonly bucket: string;
  readonly archive: string;
  readonly key: pulumi.Output<OpenPgpPublic>;
  readonly others?: readonly pulumi.Output<OpenPgpPublic>[];
  readonly rootText: pulumi.Output<string>;
}

/** The public keys in the bucket's `keys/`. */
export class ArchiveKeys extends SlipwayResource {
  constructor(name: string, args: ArchiveKeysArgs, options: pulumi.CustomResourceOptions) {
    super("slipway/lifecycle/archive-keys", "ArchiveKeys", name, { ...args }, { ...options, ...forgotten });
  }
}
