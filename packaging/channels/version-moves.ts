import type { Store } from "../store/store.ts";
import { compareVersions } from "../version.ts";
import type { ChannelView } from "./channel-view.ts";
import type { ChannelEntry, VersionMoves } from "./entry.ts";
import { walkJournal } from "./journal-links.ts";

/**
 * Tells how a channel's version moved, with a move to `version`: by what the entry in force counts, which is signed, so that
 * nothing is read. Where that entry is lost, or from before entries counted, the journal is walked back to one that
 * does, or to its end. A move that is lost is stepped over: what is known on both sides of it is compared.
 */
export async function versionMoves(store: Store, view: ChannelView, version: string): Promise<VersionMoves> {
  const served: [string, ...string[]] = [version];
  for await (const { entry } of walkJournal(store, view)) {
    if (entry === undefined) continue;
    served.push(entry.current.version);
    if (entry.past !== undefined) return movesOf(served, entry.past);
  }
  return movesOf(served);
}

/** The same of the versions that were served, newest first; `past` is what was counted up to the oldest of them. */
export function movesOf(served: readonly [string, ...string[]], past?: VersionMoves): VersionMoves {
  const changed = served.filter((version, at) => version !== served[at + 1]);
  const lowered = changed.filter((version, at) => isBelow(version, changed[at + 1]));
  const before = changed[1] ?? past?.before;
  const highest = served.reduce((one, other) => (isBelow(one, other) ? other : one), past?.highest ?? served[0]);
  return { lowered: (past?.lowered ?? 0) + lowered.length, ...(before !== undefined && { before }), highest };
}

/** What the entry of a move to `version` counts where it follows `before`; undefined where that one does not count. */
export function movesAfter(before: ChannelEntry, version: string): VersionMoves | undefined {
  if (before.past === undefined && before.after > 0) return undefined;
  return movesOf([version, before.current.version], before.past);
}

function isBelow(version: string, other: string | undefined): boolean {
  return other !== undefined && compareVersions(version, other) < 0;
}
