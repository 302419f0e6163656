import * as pulumi from "@pulumi/pulumi";
import { offeredPackages, suiteDigests, suiteTexts } from "../packaging/plan/suite-plan.ts";
import type { SuiteRelease } from "../packaging/repositories/apt/suite.ts";
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
  readonly offers: Readonly<Record<string, readonly SuiteRelease[]>>;
  /** What the channel of the keyring's product will offer: known once there is a key. */
  readonly keyring: { readonly product: string; readonly offer: pulumi.Output<readonly SuiteRelease[]> };
  readonly publishedAt?: string;
  readonly key: KeyReference<OpenPgpPublic>;
}

/** An apt suite, made from all its products' channels. Its diff names each package that comes, goes or changes. */
export class AptRepository extends pulumi.ComponentResource {
  readonly suite: Suite;

  constructor(args: AptRepositoryArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("slipway:index:AptRepository", args.suite, { suite: args.suite, url: args.url }, options);
    const { suite, archive, origin, label, url, key, publishedAt } = args;
    // Offers may be ten thousand packages: they are no outputs, which the engine's library would wrap one by one.
    const known = Object.values(args.offers).flat();
    const keyring = args.keyring.offer;
    const packages = Object.entries(args.offers).map(([product, offer]) => [product, offeredPackages(offer)] as const);
    const inputs = {
      bucket: args.bucket.location,
      suite,
      archive,
      origin,
      label,
      url,
      key,
      packages: {
        ...Object.fromEntries(packages),
        [args.keyring.product]: keyring.apply((offer) => offeredPackages(offer as readonly SuiteRelease[])),
      },
      // Pulumi's type of a resolved value is not readonly-aware; the value is the one that went in.
      indices: keyring.apply((offer) =>
        suiteDigests(suiteTexts({ suite, origin, label }, [...known, ...(offer as readonly SuiteRelease[])])),
      ),
      ...(publishedAt === undefined ? {} : { publishedAt }),
    };
    this.suite = new Suite(`${suite}-suite`, inputs, { parent: this });
    this.registerOutputs({ published: this.suite.date });
  }
}
