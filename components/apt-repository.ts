import * as pulumi from "@pulumi/pulumi";
import { offeredPackages, suiteDigests, suiteTexts } from "../packaging/plan/suite-plan.ts";
import { type Phasing, phasingTexts } from "../packaging/repositories/apt/phasing.ts";
import type { SuiteRelease } from "../packaging/repositories/apt/suite.ts";
import type { OpenPgpPublic } from "../packaging/signing/signer.ts";
import { Suite } from "./providers/suite.ts";
import type { SharedBucket } from "./release-bucket.ts";
import type { KeyReference } from "./signing-key.ts";

export interface AptRepositoryArgs {
  readonly suite: string;
  readonly archive: string;
  readonly origin: string;
  readonly label: string;
  /** Base address of the bucket, as clients reach it. */
  readonly url: string;
  readonly bucket: SharedBucket;
  /** By product: what its channel of the suite's name will offer. */
  readonly offers: Readonly<Record<string, readonly SuiteRelease[]>>;
  /** What the channel of the keyring's product will offer: known once there is a key. */
  readonly keyring: { readonly product: string; readonly offer: pulumi.Output<readonly SuiteRelease[]> };
  /** Percentages by product; none: every machine upgrades. */
  readonly phasing: Phasing;
  readonly publishedAt?: string;
  readonly key: KeyReference<OpenPgpPublic>;
}

/** An apt suite, made from all its products' channels. Its diff names each package that comes, goes or changes. */
export class AptRepository extends pulumi.ComponentResource {
  readonly suite: Suite;

  constructor(args: AptRepositoryArgs, options: pulumi.ComponentResourceOptions = {}) {
    const { suite, archive, origin, label, url, key, phasing, publishedAt } = args;
    const held = Object.keys(phasing).length > 0;
    const upgrades = held ? { upgrades: phasingTexts(phasing) } : {};
    super("slipway:index:AptRepository", suite, { suite, url, ...upgrades }, options);
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
        suiteDigests(suiteTexts({ suite, origin, label, phasing }, [...known, ...(offer as readonly SuiteRelease[])])),
      ),
      ...(held ? { phasing } : {}),
      ...(publishedAt === undefined ? {} : { publishedAt }),
    };
    this.suite = new Suite(`${suite}-suite`, inputs, { parent: this });
    this.registerOutputs({ published: this.suite.date });
  }
}
