import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../packaging/errors.ts";
import type { GovernanceLog } from "../packaging/gates/facts.ts";
import { refuseByGates } from "../packaging/gates/gates.ts";
import { channelPromises } from "../packaging/lifecycle/promised.ts";
import type { Places } from "../packaging/places.ts";
import type { Release } from "../packaging/plan/release-plan.ts";
import { candidateFacts } from "../packaging/promotion/candidate-facts.ts";
import { otherBytes } from "../packaging/promotion/other-bytes.ts";

/**
 * Holds what was built to what is published, and to the gates of a candidate (SLW-GATE). Other bytes under a published
 * version are a warning in a preview, since a pull request need not raise the version, and refused (SLW-STORE-CONFLICT) by
 * an update, before it writes anything.
 */
export async function holdToPublished(
  at: Places,
  release: Release,
  channel: string,
  log: GovernanceLog,
): Promise<void> {
  // What a channel names is published: other bytes in its place are damage, and this update mends it.
  const promised = await channelPromises(at.store, release.product, release.recordObject);
  const differing = promised ? [] : await otherBytes(at.store, release);
  if (differing.length > 0) {
    const { product, version } = release;
    const message = `${product} ${version} is published with other bytes, and a published version is never written again: ${differing.join("; ")}`;
    const hint = "Give what changed a new version in its manifest.";
    if (!pulumi.runtime.isDryRun()) throw refusal("SLW-STORE-CONFLICT", `${message}. Nothing was written`, { hint });
    void pulumi.log.warn(`${message}. An update would refuse this. ${hint}`);
  }
  refuseByGates(await candidateFacts(at, release, channel, log));
}
