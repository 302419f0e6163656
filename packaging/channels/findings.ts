import { damaged, type Finding, lagging } from "../finding.ts";
import type { Store } from "../store/store.ts";
import { type Chain, readChain } from "./chain.ts";
import { type ChannelView, viewChannel } from "./channel-view.ts";
import { readCopy } from "./evidence.ts";
import { channelOfRole, channelPath, snapshotPath, timestampPath } from "./layout.ts";

/**
 * What is behind or damaged among the objects that put the bucket's channels in force. A role or an entry that no
 * snapshot names is neither: its writer died before the move won, and nobody will ever read it.
 */
export async function channelFindings(store: Store): Promise<readonly Finding[]> {
  const chain = await readChain(store);
  const findings = new Map<string, Finding>();
  for (const role of Object.keys(chain.targets?.metadata.signed.delegations?.roles ?? {}).sort()) {
    const name = channelOfRole(role);
    if (name === undefined) continue;
    const view = await viewChannel(store, chain, name.product, name.channel);
    const copied = (await readCopy(store, name.product, name.channel))?.entry.serial ?? 0;
    for (const path of view.damaged) {
      const missing = (await store.stat(path)) === undefined;
      findings.set(
        path,
        behind(chain, view, path, copied, missing) ?? damaged(path, missing ? "is missing" : "is altered"),
      );
    }
  }
  return [...findings.values()];
}

/** What a writer that died leaves behind, as the order of writes has it; undefined for anything else. */
function behind(
  { snapshot, targets, timestamp }: Chain,
  { product, channel, serial }: ChannelView,
  path: string,
  copied: number,
  missing: boolean,
): Finding | undefined {
  const version = snapshot?.version ?? 0;
  const named = snapshot?.metadata.signed.meta["targets.json"]?.version ?? 0;
  // The copy is written after the timestamp: without one, the timestamp was not written yet.
  const first = missing && copied === 0;
  if (
    path === timestampPath &&
    (first || (timestamp.snapshot > 0 && timestamp.snapshot < version && timestamp.whole))
  ) {
    const now = first ? "is not there yet" : `still names snapshot ${timestamp.snapshot}`;
    return lagging(path, `${now}, but snapshot ${version} is signed: a move of a channel was not finished`);
  }
  if (path === channelPath(product, channel) && (missing || (copied > 0 && copied < serial))) {
    const now = missing ? "is not there" : `still is the one of serial ${copied}`;
    return lagging(path, `${now}, but channel ${channel} of ${product} is at serial ${serial}`);
  }
  if (
    path === snapshotPath(version) &&
    timestamp.snapshot <= version &&
    targets !== undefined &&
    named < targets.version
  ) {
    return lagging(path, `names targets ${named}, but ${targets.version} is signed: the next move puts it in force`);
  }
  return undefined;
}
