import { readChannel } from "../channels/read.ts";
import { versionMoves } from "../channels/version-moves.ts";
import type { ReleasePlan } from "../plan/release-plan.ts";
import { type VersionRequest, versionRequest } from "../plan/winget-plan.ts";
import type { ReleaseRecord } from "../record/record.ts";
import type { Store } from "../store/store.ts";
import { versionProblem } from "../version.ts";

/** A request that a stack is to make of winget's repository, by whom. */
export interface AskedRequest extends VersionRequest {
  readonly author: ReleaseRecord["maintainer"];
}

/** The requests of a stack that points `channel` at these releases; none for a version that winget cannot have. */
export async function askedRequests(
  store: Store,
  channel: string,
  releases: readonly Pick<ReleasePlan, "product" | "version" | "winget">[],
): Promise<readonly AskedRequest[]> {
  const requests: AskedRequest[] = [];
  for (const { product, version, winget } of releases) {
    if (winget === undefined || versionProblem("winget", version) !== undefined) continue;
    const { before } = await versionMoves(store, await readChannel(store, product, channel), version);
    requests.push({ ...versionRequest(winget.identifier, version, before), author: winget.author });
  }
  return requests;
}
