import * as pulumi from "@pulumi/pulumi";
import { channelFindings } from "../packaging/channels/findings.ts";
import type { Places } from "../packaging/places.ts";
import { laggingSuite, type SuiteSettings } from "../packaging/plan/suite-plan.ts";

/**
 * Names each index of the bucket that is behind its channels before this run, or damaged: an update died, or somebody
 * touched it. Their resources notice it by themselves and bring it up.
 */
export async function nameLagging(places: Places, suite: SuiteSettings): Promise<void> {
  const findings = [...(await channelFindings(places.store)), ...(await laggingSuite(places, suite))];
  for (const { sentence } of findings) void pulumi.log.warn(`${sentence}; this update brings it up`);
}
