import { channelHistory } from "../../packaging/channels/channel-history.ts";
import { directoryStore } from "../../packaging/store/directory.ts";
import { compareVersions } from "../../packaging/version.ts";
import type { Seen } from "./phases.ts";

/**
 * What `slipway history` tells of the channel and did not happen. It knows the moves in force alone, newest first, whoever
 * died over others: their versions are those of one of `allowed`, each move is signed and is what it did, no link is lost,
 * and each ends when the next begins.
 */
export async function falseHistory(
  bucket: string,
  channel: string,
  allowed: readonly Seen[],
): Promise<readonly string[]> {
  const { moves, findings } = await channelHistory(directoryStore(bucket), "alpha", channel);
  const told = moves.map(({ entry }) => entry?.current.version ?? "lost").join(" ");
  const happened = allowed.map((it) => it.moves.join(" "));
  const wrong = happened.includes(told) ? [] : [`it tells of "${told}", not of "${happened.join('" or "')}"`];
  for (const [at, { serial, kind, live, until, entry, roleKeys, sumsKeys }] of moves.entries()) {
    const [next, before] = [moves[at - 1], moves[at + 1]];
    const expected = kindOf(entry?.current.version, before?.entry?.current.version);
    if (kind !== expected) wrong.push(`serial ${serial} is "${kind}", not "${expected}"`);
    if (live !== (next === undefined)) wrong.push(`serial ${serial} ${live ? "is" : "is not"} live`);
    if (until !== next?.entry?.moved.at) wrong.push(`serial ${serial} ends ${until}, not ${next?.entry?.moved.at}`);
    if (serial <= (before?.serial ?? 0)) wrong.push(`serial ${serial} follows ${before?.serial}`);
    if (roleKeys.length === 0 || sumsKeys.length === 0) wrong.push(`serial ${serial} is signed by nobody`);
  }
  return [...wrong, ...findings.filter(({ kind }) => kind === "damaged").map(({ sentence }) => sentence)];
}

function kindOf(version: string | undefined, before: string | undefined): string {
  if (version === undefined) return "lost";
  if (before === undefined) return "first";
  return compareVersions(version, before) > 0 ? "release" : "rollback";
}
