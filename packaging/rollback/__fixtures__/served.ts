import { sampleRecord } from "../../channels/__fixtures__/bucket.ts";
import type { MoveKind } from "../../channels/live-times.ts";
import type { LostPeriod, Period } from "../periods.ts";

/** A release that served from the hour `hour` of one day on, until `until`. */
export function period(version: string, hour: number, kind: MoveKind, until?: number): Period {
  const release = sampleRecord(version, "alpha");
  const time = until === undefined ? undefined : at(until);
  return { release, serial: hour, moved: [at(hour)], until: time, by: "ana", kind };
}

/** Seconds since 1970 of an hour of that day. */
export function at(hour: number): number {
  return Date.parse("2026-11-22T00:00:00Z") / 1000 + hour * 3600;
}

export function lost(serial: number): LostPeriod {
  return { release: undefined, serial, path: `tuf/${serial}.alpha-stable.json` };
}
