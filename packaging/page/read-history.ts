import type { ChannelEntry } from "../channels/entry.ts";
import { journalLinks } from "../channels/journal-links.ts";
import { type LiveTime, liveTimes } from "../channels/live-times.ts";
import { briefLines } from "../difference/brief.ts";
import { compare, type Side } from "../difference/difference.ts";
import { publishedSide } from "../difference/published-side.ts";
import { counts, totalSize } from "../difference/wording.ts";
import { unlessDamaged } from "../plan/published-plan.ts";
import type { Shelves } from "../plan/read-named.ts";
import { sideBySide } from "../side-by-side.ts";
import type { Changes, HistoryMove, Withdrawn } from "./model.ts";
import { readRecord, targetSizes } from "./release-facts.ts";

/**
 * A page costs the same whether a channel has twenty versions or a thousand: so many of its last moves are shown, so many
 * of them with what changed inside, and so many links of its journal are looked at for them.
 */
const movesShown = 20;
const changesShown = 4;
const linksRead = 60;

const recordsAtOnce = 8;

/** A move that is in force, with the entry that tells it. */
type Told = Extract<LiveTime, { readonly entry: ChannelEntry }>;

export interface ReadHistory {
  readonly moves: readonly HistoryMove[];
  readonly earlier: boolean;
  readonly withdrawn: readonly Withdrawn[];
}

/** A channel's last moves to another release, from its verified journal, with the records that they name. */
export async function readHistory(at: Shelves, product: string, channel: string): Promise<ReadHistory> {
  const links = await journalLinks(at.store, product, channel, linksRead);
  const all = liveTimes(links).filter(isMove);
  const shown = all.slice(0, movesShown);
  const changes = await readChanges(at, product, all.slice(0, changesShown + 1));
  const moves = await sideBySide(shown, recordsAtOnce, async ({ kind, serial, entry }, row): Promise<HistoryMove> => {
    const record = await readRecord(at, product, entry.current);
    const { version } = entry.current;
    const { at: moved, why } = entry.moved;
    const sizes = record && targetSizes(record);
    return { serial, kind, version, at: moved, why, sizes, changes: changes[row] };
  });
  return { moves, earlier: all.length > shown.length || links.length === linksRead, withdrawn: withdrawnIn(all) };
}

function isMove(time: LiveTime): time is Told {
  return time.entry !== undefined && time.kind !== "signed anew" && time.kind !== "other kept";
}

/** What changed with each move but the last of these, which is there to be compared with. */
async function readChanges(
  { store }: Shelves,
  product: string,
  moves: readonly Told[],
): Promise<readonly (Changes | undefined)[]> {
  const sides: (Side | undefined)[] = [];
  for (const { entry } of moves) {
    const { folder, record } = entry.current;
    sides.push(await unlessDamaged(publishedSide(store, { product, folder, record: record.sha256 })));
  }
  return moves.slice(0, -1).map((_, row): Changes | undefined => {
    const [to, from] = [sides[row], sides[row + 1]];
    if (from === undefined || to === undefined) return undefined;
    const difference = compare(from, to);
    const before = moves[row + 1]?.entry.current.version ?? "";
    return { from: before, counts: counts(difference), size: totalSize(difference), lines: briefLines(difference) };
  });
}

/** Versions that a rollback took back, as long as the channel did not come to them again. */
function withdrawnIn(moves: readonly Told[]): readonly Withdrawn[] {
  return moves.flatMap((move, row): readonly Withdrawn[] => {
    const before = moves[row + 1];
    if (move.kind !== "rollback" || before === undefined) return [];
    const { version, record } = before.entry.current;
    const back = moves.slice(0, row).some(({ entry }) => entry.current.record.sha256 === record.sha256);
    const { at, why } = move.entry.moved;
    return back ? [] : [{ version, from: before.entry.moved.at, until: at, reason: why }];
  });
}
