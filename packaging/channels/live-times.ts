import { compareVersions } from "../version.ts";
import { type ChannelEntry, sameContent } from "./entry.ts";
import type { JournalLink } from "./journal-links.ts";

/** What a move did to what the channel served before it. `unknown`: the move before it is lost. */
export type MoveKind = "first" | "release" | "rollback" | "other bytes" | "other kept" | "signed anew" | "unknown";

/** A release that was live in a channel, by one move of the channel; or a move that is lost. Times are as in entries. */
export type LiveTime = {
  readonly serial: number;
  /** When the next move took the channel on; undefined while there is none, or where that one is lost. */
  readonly until: string | undefined;
  /** No later move is in force. */
  readonly live: boolean;
} & (
  | { readonly kind: MoveKind; readonly entry: ChannelEntry }
  | { readonly kind: "lost"; readonly entry: undefined; readonly path: string }
);

/**
 * What was live from when to when, by a channel's journal, newest first. A move that changes no release (`signed anew`,
 * `other kept`) is one of them, so that a release's time goes on through it.
 */
export function liveTimes(links: readonly JournalLink[]): readonly LiveTime[] {
  return links.map((link, at): LiveTime => {
    const span = { serial: link.serial, until: links[at - 1]?.entry?.moved.at, live: at === 0 };
    if (link.entry === undefined) return { ...span, kind: "lost", entry: undefined, path: link.path };
    return { ...span, kind: kindOf(link.entry, links[at + 1]?.entry), entry: link.entry };
  });
}

function kindOf(entry: ChannelEntry, before: ChannelEntry | undefined): MoveKind {
  if (entry.after === 0) return "first";
  if (before === undefined) return "unknown";
  if (sameContent(entry, before)) return "signed anew";
  if (entry.current.record.sha256 === before.current.record.sha256) return "other kept";
  const order = compareVersions(entry.current.version, before.current.version);
  if (order === 0) return "other bytes";
  return order > 0 ? "release" : "rollback";
}
