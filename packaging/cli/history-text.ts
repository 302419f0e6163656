import type { ChannelHistory, SignedLiveTime } from "../channels/channel-history.ts";
import { printable, shorten } from "../manifest/printable.ts";
import { type Column, shortDigest, table } from "./table.ts";

const columns: readonly Column[] = [
  { title: "serial", align: "right" },
  { title: "move", align: "left" },
  { title: "release", align: "left" },
  { title: "record", align: "left" },
  { title: "from", align: "left" },
  { title: "until", align: "left" },
  { title: "by", align: "left" },
  { title: "role key", align: "left" },
  { title: "sums key", align: "left" },
  { title: "why", align: "left" },
];

/** What a person reads of channels' histories: for each what it serves now, one line a move, and what is not whole. */
export function historyText(histories: readonly ChannelHistory[]): string {
  const parts = histories.map((history) => {
    const moves = history.moves.length === 0 ? "" : `\n${table(columns, history.moves.map(row))}`;
    const findings = history.findings
      .map(({ kind, sentence }) => `${kind.padEnd(8)} ${printable(sentence)}\n`)
      .join("");
    return `${heading(history)}\n${moves}${findings === "" ? "" : `\n${findings}`}`;
  });
  return parts.join("\n");
}

function heading({ product, channel, moves: [newest] }: ChannelHistory): string {
  const name = `${product} on ${channel}`;
  if (newest === undefined) return `${name}: never moved`;
  const { serial, entry } = newest;
  if (entry === undefined) return `${name}: serial ${serial} is in force, and what it serves cannot be told`;
  return `${name}: ${entry.current.folder} since ${entry.moved.at} (serial ${serial})`;
}

function row(time: SignedLiveTime): readonly string[] {
  const { serial, kind, entry, until = time.live ? "now" : "unknown" } = time;
  if (entry === undefined) return [String(serial), kind, "unknown", "", "unknown", until];
  const { current, moved } = entry;
  return [
    ...[String(serial), kind, current.folder, shortDigest(current.record.sha256), moved.at, until],
    ...[shorten(moved.by), keys(time.roleKeys), keys(time.sumsKeys), shorten(moved.why)],
  ];
}

function keys(ids: readonly string[]): string {
  return ids.length === 0 ? "none" : ids.map(shortDigest).join(" ");
}
