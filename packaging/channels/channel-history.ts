import { isDeepStrictEqual } from "node:util";
import { sha256 } from "../digest.ts";
import { damaged, type Finding } from "../finding.ts";
import { type SumsSigners, sumsSigners } from "../record/sums-signers.ts";
import { sideBySide } from "../side-by-side.ts";
import { certificatesIn } from "../signing/known-keys.ts";
import type { Store } from "../store/store.ts";
import { readRoleFile } from "./chain.ts";
import { entryText, type VersionMoves } from "./entry.ts";
import { targetDigest } from "./evidence.ts";
import { channelFindings } from "./findings.ts";
import { authorities, journalDamage } from "./history.ts";
import { type JournalLink, journalLinks } from "./journal-links.ts";
import { entryPath, roleName } from "./layout.ts";
import { type LiveTime, liveTimes } from "./live-times.ts";
import { readChannel } from "./read.ts";
import { roleSigners } from "./role-signers.ts";
import { listTufFiles } from "./tuf-files.ts";
import { movesAfter } from "./version-moves.ts";

/** Objects that are read side by side. */
const readAtOnce = 8;

/** A release that was live in a channel, and whose keys say so. */
export type SignedLiveTime = LiveTime & {
  /** TUF key ids whose signatures of the move's role file verify; none where that file is lost, or names another entry. */
  readonly roleKeys: readonly string[];
  /** OpenPGP fingerprints whose signatures of the release's SHA256SUMS verify. */
  readonly sumsKeys: readonly string[];
};

/** Which bytes a channel ever served, from when to when, signed by whom; newest first. */
export interface ChannelHistory {
  readonly product: string;
  readonly channel: string;
  readonly moves: readonly SignedLiveTime[];
  /** What is lost, altered or behind among the objects that tell this; each object once. */
  readonly findings: readonly Finding[];
}

/** Tells a channel's history from its numbered files, entries and records alone. Writes nothing. */
export async function channelHistory(store: Store, product: string, channel: string): Promise<ChannelHistory> {
  const links = await journalLinks(store, product, channel);
  const times = liveTimes(links);
  const role = roleName(product, channel);
  const { targets } = await authorities(store, await listTufFiles(store));
  const keys = await certificatesIn(store);
  const findings = new Map<string, Finding>();
  const note = (finding: Finding) => void (findings.has(finding.path) || findings.set(finding.path, finding));

  /** A release that came back is looked at once. */
  const sums = new Map<string, Promise<SumsSigners>>();
  const moves = await sideBySide(times, readAtOnce, async (time): Promise<SignedLiveTime> => {
    if (time.entry === undefined) {
      const state = (await store.stat(time.path)) === undefined ? "missing" : "altered";
      note(damaged(time.path, `is ${state}: what serial ${time.serial} served cannot be told`));
      return { ...time, roleKeys: [], sumsKeys: [] };
    }
    const { record } = time.entry.current;
    const known = sums.get(record.sha256) ?? sumsSigners(store, record, keys);
    sums.set(record.sha256, known);
    const { fingerprints, damaged: lost } = await known;
    for (const { path, state } of lost) note(damaged(path, `is ${state}`));
    const file = await readRoleFile(store, role, time.serial);
    const names = file !== undefined && targetDigest(file, product, channel) === sha256(entryText(time.entry));
    return { ...time, roleKeys: names ? roleSigners(targets, role, file) : [], sumsKeys: fingerprints };
  });

  const own = new Set((await readChannel(store, product, channel)).damaged);
  for (const finding of await channelFindings(store)) if (own.has(finding.path)) note(finding);
  for (const line of await journalDamage(store, product, channel)) {
    const [path = line, state = "altered"] = line.split(": ");
    note(damaged(path, `is ${state}`));
  }
  for (const finding of countFindings(links)) note(finding);
  return { product, channel, moves, findings: [...findings.values()] };
}

/**
 * Entries that count something else than what follows from the move that they name as the one before. Keys signed them, and
 * nobody can mend them; only a mover that was wrong, or a key in wrong hands, makes one.
 */
function countFindings(links: readonly JournalLink[]): readonly Finding[] {
  return links.flatMap(({ entry }, at) => {
    const before = links[at + 1]?.entry;
    // Over a lost move its writer counted what was left, which may be more again by now.
    if (entry?.past === undefined || entry.previous === undefined || before === undefined) return [];
    const counts = movesAfter(before, entry.current.version);
    if (counts === undefined || isDeepStrictEqual(counts, entry.past)) return [];
    const path = entryPath(entry.product, entry.channel, sha256(entryText(entry)));
    const difference = { expected: countsText(counts), found: countsText(entry.past) };
    return [damaged(path, `counts otherwise than the move before it, serial ${before.serial}`, difference)];
  });
}

function countsText({ lowered, before = "nothing", highest }: VersionMoves): string {
  return `lowered ${lowered}, before ${before}, highest ${highest}`;
}
