import * as pulumi from "@pulumi/pulumi";
import { accepted } from "../components/accepted.ts";
import { holdToPreview } from "../components/preview-guard.ts";
import { StateContract } from "../components/providers/state-contract.ts";
import { readCertificates, referencedKey } from "../components/referenced-keys.ts";
import { ReleaseBucket } from "../components/release-bucket.ts";
import { restoredPlaces } from "../components/restored-places.ts";
import { namedProducts, type Settings, settingsDigest } from "../packaging/settings.ts";
import { ed25519Public } from "../packaging/signing/ed25519.ts";
import { keyringProduct } from "../packaging/signing/known-keys.ts";
import { awaited } from "./awaited.ts";
import { noticedPlaces } from "./moving.ts";
import { ownedElsewhere } from "./owned-elsewhere.ts";
import { preflight } from "./preflight.ts";

/**
 * Stage `foundation`: what all stacks of a bucket share and what lives long. The TUF root, the channels that it delegates,
 * each with the key that moves it, and the archive's public keys. It builds nothing and moves no channel.
 * `parent` is what all of it belongs to, where that is not the stack, and `dependsOn` what has to be there before the bucket is
 * written to: such a bucket is not asked beforehand whether it can be, since it may come with the same update.
 */
export async function foundation(
  settings: Settings,
  registered: StateContract | undefined,
  { parent, dependsOn }: Pick<pulumi.ComponentResourceOptions, "parent" | "dependsOn"> = {},
): Promise<Record<string, unknown>> {
  const within = parent === undefined ? {} : { parent };
  const before = awaited(dependsOn);
  const places = noticedPlaces(settings);
  const { restore } = await restoredPlaces(settings.bucket, places);
  const [certificate, ...others] = await readCertificates(settings);
  const elsewhere = await ownedElsewhere(settings);
  if (certificate === undefined) throw new Error("the settings of a foundation name a certificate");
  // A foundation writes to its bucket alone: there is nothing else to ask.
  if (!before.comesFirst) await preflight(settings, [], places);
  await holdToPreview({ settings: settingsDigest(settings) });

  const first = registered ?? new StateContract("first", within);
  await accepted(first);
  const rootKey = referencedKey("root-key", settings.keys.root, within);
  const products = [...namedProducts(settings), keyringProduct(settings.archive)];
  const movers = Object.entries(settings.channels ?? {}).map(
    ([channel, key]) => [channel, ed25519Public(key.public)] as const,
  );
  const { ready, outputs } = elsewhere.register(within);
  const bucket = new ReleaseBucket(
    "bucket",
    {
      location: settings.bucket,
      archive: settings.archive,
      rootKey: rootKey.reference,
      certificates: [pulumi.output(certificate), ...others.map((it) => pulumi.output(it))],
      onlyCertificates: true,
      channels: products.flatMap((product) =>
        movers.map(([channel, key]) => ({ product, channel, key: pulumi.output(key) })),
      ),
      restore,
    },
    { ...within, protect: true, ...before.with(ready) },
  );
  new StateContract("last", { ...within, dependsOn: [first, rootKey, bucket] });
  return {
    archive: settings.archive,
    bucket: settings.bucket,
    products,
    channels: Object.fromEntries(movers),
    archiveKeys: [certificate, ...others].map(({ fingerprint }) => fingerprint),
    root: bucket.trust.rootVersion,
    ...outputs,
  };
}
