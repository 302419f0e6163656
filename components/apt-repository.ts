import * as pulumi from "@pulumi/pulumi";
import { indexDigests, type OfferedRelease, offeredPackages, suiteContent } from "../packaging/plan/suite-plan.ts";
import type { OpenPgpPublic } from "../packaging/signing/signer.ts";
import { Suite } from "./providers/suite.ts";
import type { ReleaseBucket } from "./release-bucket.ts";
import type { KeyReference } from "./signing-key.ts";

export interface AptRepositoryArgs {
  readonly suite: string;
  readonly archive: string;
  readonly origin: string;
  readonly label: string;
  /** Base address of the bucket, as clients reach it. */
  readonly url: string;
  readonly bucket: ReleaseBucket;
  /** By product: what its channel of the suite's name will offer. */
  readonly offers: Readonly<Record<string, pulumi.Input<readonly OfferedRelease[]>>>;
  readonly publishedAt?: string;
  readonly key: KeyReference<OpenPgpPublic>;
}

/** An apt suite, made from all its products' channels. Its diff names each package that comes, goes or changes. */
export class AptRepository extends pulumi.ComponentResource {
  readonly suite: Suite;

  constructor(args: AptRepositoryArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("slipway:index:AptRepository", args.suite, { suite: args.suite, url: args.url }, options);
    const { suite, archive, origin, label, url, key, publishedAt } = args;
    const offers = Object.entries(args.offers).map(([product, offer]) => [product, pulumi.output(offer)] as const);
    const inputs = {
      bucket: args.bucket.location,
      suite,
      archive,
      origin,
      label,
      url,
      key,
      packages: Object.fromEntries(offers.map(([product, offer]) => [product, offer.apply(packagesOf)])),
      indices: pulumi
        .all(offers.map(([, offer]) => offer))
        .apply((all) => indexDigests(suiteContent({ suite, origin, label }, all.flat() as readonly OfferedRelease[]))),
      ...(publishedAt === undefined ? {} : { publishedAt }),
    };
    this.suite = new Suite(`${suite}-suite`, inputs, { parent: this });
    this.registerOutputs({ published: this.suite.date });
  }
}

/** Pulumi's type of a resolved value is not readonly-aware; the value is the one that went in. */
function packagesOf(offer: unknown): Readonly<Record<string, string>> {
  return offeredPackages(offer as readonly OfferedRelease[]);
}
