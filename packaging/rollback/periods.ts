import type { ChannelRecord } from "../channels/entry.ts";
import type { LiveTime, MoveKind } from "../channels/live-times.ts";

/** A stretch of time in which a channel served one release, whatever was signed anew in between. */
export interface Period {
  readonly release: ChannelRecord;
  /** Of its newest move. */
  readonly serial: number;
  /** When each of its moves was made, newest first, in seconds since 1970. */
  readonly moved: readonly number[];
  /** Seconds since 1970; undefined where it serves now, or where nobody can tell. */
  readonly until: number | undefined;
  /** Who began it, and what that move did. */
  readonly by: string;
  readonly kind: MoveKind;
}

/** The object that would tell what a channel served, and is lost. */
export interface LostPeriod {
  readonly release: undefined;
  readonly serial: number;
  readonly path: string;
}

/** What a channel served, newest first; moves that led to no other release are folded into one stretch. */
export function periodsOf(times: readonly LiveTime[]): readonly (Period | LostPeriod)[] {
  const periods: (Period | LostPeriod)[] = [];
  for (const { serial, entry, until, ...time } of times) {
    if (time.kind === "lost") {
      periods.push({ release: undefined, serial, path: time.path });
      continue;
    }
    if (entry === undefined) continue;
    const { current: release, moved } = entry;
    const later = periods.at(-1);
    const [at, by, kind] = [seconds(moved.at), moved.by, time.kind];
    if (later?.release !== undefined && later.release.record.sha256 === release.record.sha256) {
      periods.splice(-1, 1, { ...later, moved: [...later.moved, at], by, kind });
    } else {
      periods.push({ release, serial, moved: [at], until: until === undefined ? undefined : seconds(until), by, kind });
    }
  }
  return periods;
}

function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}
