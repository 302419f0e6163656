import type { ChannelHistory, SignedLiveTime } from "../channels/channel-history.ts";

/** Channels' histories for programs; docs/process/history.md says what each field is. */
export function historyJson(histories: readonly ChannelHistory[]): string {
  const channels = histories.map(({ product, channel, moves, findings }) => ({
    product,
    channel,
    moves: moves.map(moveJson),
    findings,
  }));
  return `${JSON.stringify({ schema: 1, channels }, null, 2)}\n`;
}

function moveJson(time: SignedLiveTime) {
  const { serial, live, kind, entry, until = null, roleKeys, sumsKeys } = time;
  if (entry === undefined) return { serial, move: kind, live, from: null, until, object: time.path };
  const { current, kept, moved } = entry;
  const { version, folder, record } = current;
  const said = { by: moved.by, why: moved.why, kept: kept.map((release) => release.folder) };
  return { serial, move: kind, live, from: moved.at, until, version, folder, record, ...said, roleKeys, sumsKeys };
}
