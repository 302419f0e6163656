import * as pulumi from "@pulumi/pulumi";
import type { NotarizationSetting } from "../packaging/notarization-settings.ts";
import { keySource } from "../packaging/setting-values.ts";
import { NotarizedPackage } from "./providers/notarization.ts";

export interface NotarizationArgs {
  readonly product: string;
  /** Bundle identifier of the package. */
  readonly identifier: string;
  /** The signed package, whose bytes are in the build cache. */
  readonly package: {
    readonly name: pulumi.Input<string>;
    readonly sha256: pulumi.Input<string>;
    readonly size: pulumi.Input<number>;
  };
  readonly setting: NotarizationSetting;
}

/**
 * A signed macOS package at Apple's notary service. The update waits for the verdict; a preview says what would be
 * submitted, and the digest of what users get is known after it.
 */
export class Notarization extends pulumi.ComponentResource {
  /** Apple's number of the submission. */
  readonly submission: pulumi.Output<string>;
  /** Base64 of what `stapleFile` puts behind the package. */
  readonly ticket: pulumi.Output<string>;

  constructor(args: NotarizationArgs, options: pulumi.ComponentResourceOptions = {}) {
    const { product, identifier, setting } = args;
    const { name, sha256, size } = args.package;
    const key = { issuer: setting.issuer, id: setting["key-id"] };
    const resource = `${product}-notarization`;
    super("slipway:index:Notarization", resource, { identifier, package: name, sha256, key }, options);
    const { submission, ticket } = new NotarizedPackage(
      `${resource}-package`,
      { identifier, name, sha256, size, key: { ...key, source: keySource(setting.source) }, wait: setting.wait * 60 },
      { parent: this, ...(options.ignoreChanges && { ignoreChanges: options.ignoreChanges }) },
    );
    this.submission = submission;
    this.ticket = ticket;
    this.registerOutputs({ submission });
  }
}
