import * as pulumi from "@pulumi/pulumi";
import { channelFindings } from "../packaging/channels/findings.ts";
import type { Finding } from "../packaging/finding.ts";
import { laggingPage, numbersInForce, standingPages } from "../packaging/page/standing-pages.ts";
import type { Places } from "../packaging/places.ts";
import { laggingSuite, type SuiteSettings } from "../packaging/plan/suite-plan.ts";

/**
 * Names each index, and each page of these products, that is behind its channels before this run, or damaged: an update died, or somebody touched it.
 * Their resources notice it by themselves and bring it up.
 */
export async function nameLagging(places: Places, products: readonly string[], suite: SuiteSettings): Promise<void> {
  const findings = [
    ...(await channelFindings(places.store)),
    ...(await laggingSuite(places, suite)),
    ...(await laggingPages(places, products, suite)),
  ];
  for (const { sentence } of findings) void pulumi.log.warn(`${sentence}; this update brings it up`);
}

/** The index, and the pages of these products' channels of the suite's name. */
async function laggingPages(
  { store }: Places,
  products: readonly string[],
  { suite }: SuiteSettings,
): Promise<readonly Finding[]> {
  const { snapshot, channels } = await numbersInForce(store);
  const own = channels.filter(({ product, channel }) => channel === suite && products.includes(product));
  return (await standingPages(store, { snapshot, channels: own })).flatMap((page) => laggingPage(page) ?? []);
}
