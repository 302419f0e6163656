import type { ChannelHistory, SignedLiveTime } from "../../channels/channel-history.ts";
import type { ChannelEntry, ChannelRecord } from "../../channels/entry.ts";
import { sha256 } from "../../digest.ts";
import { damaged } from "../../finding.ts";

function release(version: string): ChannelRecord {
  const path = `releases/runtime/${version}/release.json`;
  return { version, folder: version, record: { path, size: 4_210, sha256: sha256(version) } };
}

function entry(serial: number, after: number, version: string, moved: ChannelEntry["moved"]): ChannelEntry {
  const said = { schema: 1, product: "runtime", channel: "stable", serial, after } as const;
  return { ...said, current: release(version), kept: [], moved };
}

const keys = { roleKeys: [sha256("role")], sumsKeys: ["A1B2C3D4E5F60718293A4B5C6D7E8F9001122334"] };

const moves: readonly SignedLiveTime[] = [
  {
    ...{ serial: 42, live: true, until: undefined, kind: "rollback", ...keys },
    entry: entry(42, 41, "1.4.0", {
      at: "2026-11-22T12:02:11Z",
      by: "ana",
      why: "rollback 1.4.1 → 1.4.0: new machines install 1.4.0; machines that have 1.4.1 keep it, for no client goes back",
    }),
  },
  {
    ...{ serial: 41, live: false, until: "2026-11-22T12:02:11Z", kind: "unknown", ...keys },
    entry: entry(41, 39, "1.4.1", {
      at: "2026-11-22T10:00:00Z",
      by: "ana (release)",
      why: "release 1.4.0 → 1.4.1",
    }),
  },
  {
    ...{ serial: 39, live: false, until: "2026-11-22T10:00:00Z", kind: "lost", roleKeys: [], sumsKeys: [] },
    ...{ entry: undefined, path: "tuf/39.runtime-stable.json" },
  },
  {
    ...{ serial: 38, live: false, until: undefined, kind: "first", roleKeys: [], sumsKeys: keys.sumsKeys },
    entry: entry(38, 0, "1.3.0", { at: "2026-10-02T09:30:00Z", by: "release\u202e", why: "release 1.3.0" }),
  },
];

/** A channel that was rolled back, and of whose past a part is lost; and one that nobody ever moved. */
export const histories: readonly ChannelHistory[] = [
  {
    product: "runtime",
    channel: "stable",
    moves,
    findings: [
      damaged("tuf/39.runtime-stable.json", "is missing: what serial 39 served cannot be told"),
      damaged("tuf/38.runtime-stable.json", "is altered"),
    ],
  },
  { product: "tool", channel: "stable", moves: [], findings: [] },
];
