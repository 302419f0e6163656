import type { ChannelRecord } from "../channels/entry.ts";
import { isoSeconds } from "../clock.ts";
import { refusal, type SlipwayError } from "../errors.ts";
import { means } from "../record/folder.ts";
import { compareVersions } from "../version.ts";
import type { LostPeriod, Period } from "./periods.ts";
import type { StackUpdate } from "./stack-history.ts";
import { askedVersion } from "./version-setting.ts";

/** All that decides where a rollback goes. */
export interface Situation {
  readonly product: string;
  readonly channel: string;
  readonly stack: string;
  /** The stack's file, as messages call it, and the version of the product that it asks for now. */
  readonly file: string;
  readonly asked: string | undefined;
  /** What the channel served, newest first, by the journal in the bucket. */
  readonly periods: readonly (Period | LostPeriod)[];
  /** Every release that the journal names, the newest mention first. */
  readonly named: readonly ChannelRecord[];
  /** The stack's own history, newest first. */
  readonly updates: readonly StackUpdate[];
  /** `--to`: a version or a folder. */
  readonly to: string | undefined;
}

/** Where a rollback goes, and what was served until now. */
export interface Target {
  readonly serving: Period;
  readonly before: Period | undefined;
  readonly release: ChannelRecord;
  /** A rollback to this release was begun, and no update has finished it. */
  readonly resumed: boolean;
  /** No update of the stack's history asked for this release. */
  readonly unknownToStack: boolean;
}

/**
 * Decides where a rollback goes: to `to`, else to what the channel served before, which the stack's history must know
 * too. A rollback that was begun and not finished is gone on with. Refuses (SLW-CHANNEL, SLW-VERSION) what is no way back,
 * and says which ways there are.
 */
export function chooseTarget(situation: Situation): Target {
  const { product, channel, periods, to } = situation;
  const [serving, next] = periods;
  if (serving === undefined) throw refusal("SLW-CHANNEL", `Channel ${channel} of ${product} was never moved.`);
  if (serving.release === undefined) throw lostRefusal(situation, serving, "serves now");
  const before = next?.release === undefined ? undefined : next;
  const unfinished = unfinishedRollback(situation, serving);
  const target = (release: ChannelRecord, resumed = false): Target => ({
    ...{ serving, before, release, resumed },
    unknownToStack: !knows(situation, release),
  });
  if (to !== undefined) {
    const wanted = named(situation, to);
    if (unfinished?.folder === wanted.folder) return target(wanted, true);
    return target(requireBack(situation, serving, wanted));
  }
  if (unfinished !== undefined) return target(unfinished, true);
  if (next === undefined) {
    throw refusal("SLW-CHANNEL", `Channel ${channel} of ${product} served nothing before ${serving.release.folder}.`);
  }
  if (next.release === undefined) throw lostRefusal(situation, next, `served before ${serving.release.folder}`);
  if (compareVersions(next.release.version, serving.release.version) > 0) throw wasARollback(situation, serving, next);
  if (!knows(situation, next.release)) throw unknownRefusal(situation, next);
  return target(next.release);
}

/**
 * What the stack's file asks for and no update has finished. Where the channel is there already by a move upwards, that was
 * a promotion, and what is wanted is the way back from it. Refuses (SLW-VERSION) a file that asks for something else.
 */
function unfinishedRollback(situation: Situation, serving: Period): ChannelRecord | undefined {
  const { asked, updates, product, channel, file, to } = situation;
  const [last] = updates;
  if (asked === undefined || (last?.result === "succeeded" && askedVersion(last.version, product) === asked))
    return undefined;
  if (means(asked, serving.release)) {
    return serving.kind === "rollback" || serving.kind === "other bytes" ? serving.release : undefined;
  }
  const wanted = situation.named.find((release) => means(asked, release));
  if (wanted !== undefined && compareVersions(wanted.version, serving.release.version) <= 0) return wanted;
  if (to !== undefined) return undefined;
  throw refusal(
    "SLW-VERSION",
    `${file} asks for ${product} ${asked}, which no update has done yet; ${channel} serves ${serving.release.folder}.`,
    { hint: "Put the file back first, or say which version is meant: slipway rollback --to VERSION." },
  );
}

function named({ named: releases, product, channel }: Situation, to: string): ChannelRecord {
  const found = releases.find((release) => means(to, release));
  if (found !== undefined) return found;
  const folders = [...new Set(releases.map(({ folder }) => folder))].slice(0, 20);
  throw refusal("SLW-VERSION", `Channel ${channel} never had ${product} ${to}.`, {
    hint: `It had ${folders.join(", ")}.`,
  });
}

function requireBack({ product, channel }: Situation, { release: now }: Period, wanted: ChannelRecord): ChannelRecord {
  if (wanted.folder === now.folder) {
    throw refusal("SLW-VERSION", `${channel} serves ${product} ${now.folder} already; nothing was changed.`);
  }
  if (compareVersions(wanted.version, now.version) <= 0) return wanted;
  throw refusal(
    "SLW-VERSION",
    `${product} ${wanted.folder} is above ${now.folder}, which ${channel} serves: that is no way back.`,
    {
      hint: "To go forward, set slipway:version in the stack's file and run the update.",
    },
  );
}

/**
 * Whether an update of the stack made the channel serve this release: by the version that it was configured with, or,
 * where that was left to the manifest, by the time of the move.
 */
function knows({ updates, periods, product }: Situation, release: ChannelRecord): boolean {
  const served = periods.filter((period) => period.release?.folder === release.folder);
  const moved = served.flatMap((period) => (period.release === undefined ? [] : period.moved));
  return updates.some(({ version, from, to }) => {
    const asked = askedVersion(version, product);
    return asked === undefined ? moved.some((at) => at >= from && at <= to) : means(asked, release);
  });
}

function unknownRefusal({ channel, product, stack, updates }: Situation, { release, by, moved }: Period): SlipwayError {
  const at = isoSeconds(moved.at(-1) ?? 0);
  const known =
    updates.length === 0
      ? `The engine knows no update of stack ${stack}`
      : `None of the newest ${updates.length} updates in the history of stack ${stack} did that`;
  return refusal(
    "SLW-CHANNEL",
    `Before that, ${channel} served ${product} ${release.folder}, moved there by ${by} at ${at}. ${known}: ` +
      "another stack or machine moved the channel, or the history was lost.",
    { hint: `Where that release is meant, say so: slipway rollback --to ${release.folder}.` },
  );
}

function wasARollback({ channel, product }: Situation, serving: Period, next: Period): SlipwayError {
  const [now, then] = [serving.release.folder, next.release.folder];
  return refusal(
    "SLW-VERSION",
    `${channel} was rolled back already, from ${product} ${then} to ${now} by ${serving.by}.`,
    {
      hint: `Further back: slipway rollback --to VERSION. Forward to ${then}: set slipway:version in the stack's file and run the update.`,
    },
  );
}

function lostRefusal({ channel, product }: Situation, { path, serial }: LostPeriod, when: string): SlipwayError {
  return refusal(
    "SLW-CHANNEL",
    `What ${channel} of ${product} ${when} (serial ${serial}) cannot be told: ${path} is lost.`,
    {
      hint: "slipway history shows what is left. Where the release is known, name it: slipway rollback --to VERSION.",
    },
  );
}
