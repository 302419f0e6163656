import type { ChannelView } from "../channels/channel-view.ts";
import { type ChannelRecord, sameContent } from "../channels/entry.ts";
import { planMove, readChannel } from "../channels/read.ts";
import type { Store } from "../store/store.ts";
import { compareVersions } from "../version.ts";
import type { Release } from "./release-plan.ts";

/** Where a channel is to point, and where it points now. */
export interface ChannelPlan {
  readonly product: string;
  readonly channel: string;
  readonly current: ChannelRecord;
  readonly kept: readonly ChannelRecord[];
  readonly now: ChannelView;
  /** What signs the channel ends so soon that it is to be signed anew. */
  readonly renew: boolean;
  /** What the channel pointed at before, where it did and where that differs. */
  readonly before: ChannelRecord | undefined;
}

/** How channels of a stack are pointed. */
export interface PointerSettings {
  /** Versions that stay installable, the current one among them. */
  readonly keep: number;
  /** Seconds since 1970: a channel whose metadata ends before is signed anew. Unset: none is. */
  readonly renewBefore?: number;
  /** SHA-256 of records that a signed entry names: no other stays installable. Unset (`dev`): what the bucket says. */
  readonly vouched?: ReadonlySet<string>;
}

/** The number of a move, the one that it is decided upon, and why it is made. */
export interface ChannelMove {
  readonly serial: number;
  /** A channel that another moved since this serial is not moved. */
  readonly after: number;
  readonly why: string;
}

/**
 * Plans a channel: `release` becomes current, and of the versions that the channel named before, the newest ones below
 * it stay installable, `keep` in all. None above it stays: a fresh machine installs the current one, and one that has a
 * newer keeps it.
 */
export async function planChannel(
  store: Store,
  release: Release,
  channel: string,
  { keep, renewBefore = 0, vouched }: PointerSettings,
): Promise<ChannelPlan> {
  const { product } = release;
  const now = await readChannel(store, product, channel);
  const current = { version: release.version, folder: release.folder, record: release.recordObject };
  const said = now.entry === undefined ? [] : [now.entry.current, ...now.entry.kept];
  // An entry that nobody signed may be recovered from a damaged bucket: signing what it keeps would vouch for it.
  const earlier = said.filter(({ record }) => vouched === undefined || vouched.has(record.sha256));
  const kept = keptBelow(current, earlier).slice(0, keep - 1);
  const before = now.entry?.current.folder === current.folder ? undefined : now.entry?.current;
  const renew = now.expires !== undefined && Date.parse(now.expires) < renewBefore * 1000;
  return { product, channel, current, kept, now, renew, before };
}

/**
 * The move that a plan asks for, or the one in force where nothing is to change. Whether a channel that says the right
 * thing must be signed anew depends on the key that signs: undefined means that this one cannot be told without it.
 */
export function moveOf(plan: ChannelPlan, keyid: string | undefined): ChannelMove | undefined {
  const { now } = plan;
  const same = now.entry !== undefined && sameContent(now.entry, plan);
  if (!same || now.entry === undefined) {
    return { serial: now.nextSerial, after: now.serial, why: whyMoved(plan.before, plan.current) };
  }
  if (keyid === undefined) return undefined;
  const numbers = planMove(now, plan, keyid);
  if (numbers.serial === now.serial && plan.renew) {
    return {
      serial: now.nextSerial,
      after: now.serial,
      why: `signed anew: the metadata in force ends at ${now.expires}`,
    };
  }
  if (numbers.serial === now.serial) return { ...numbers, why: now.entry.moved.why };
  const damaged = now.damaged.length === 0 ? "" : `: ${now.damaged.join(", ")} damaged`;
  return { ...numbers, why: `signed anew${damaged}`.slice(0, 900) };
}

/** One folder per version, the newest first, none at or above the current version. */
export function keptBelow(current: ChannelRecord, earlier: readonly ChannelRecord[]): readonly ChannelRecord[] {
  const below = new Map<string, ChannelRecord>();
  for (const record of earlier) {
    if (compareVersions(record.version, current.version) < 0 && !below.has(record.version))
      below.set(record.version, record);
  }
  return [...below.values()].sort((a, b) => compareVersions(b.version, a.version));
}

function whyMoved(before: ChannelRecord | undefined, current: ChannelRecord): string {
  if (before === undefined) return `release ${current.version}`;
  const order = compareVersions(current.version, before.version);
  if (order > 0) return `release ${before.version} → ${current.version}`;
  if (order === 0) return `other bytes for ${current.version}`;
  const [from, to] = [before.version, current.version];
  return `rollback ${from} → ${to}: new machines install ${to}; machines that have ${from} keep it, for no client goes back`;
}
