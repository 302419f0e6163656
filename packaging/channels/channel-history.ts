import { sha256 } from "../digest.ts";
import { damaged, type Finding } from "../finding.ts";
import { type SumsSigners, sumsSigners } from "../record/sums-signers.ts";
import { sideBySide } from "../side-by-side.ts";
import { certificatesIn } from "../signing/known-keys.ts";
import type { Store } from "../store/store.ts";
import { readRoleFile } from "./chain.ts";
import { entryText } from "./entry.ts";
import { targetDigest } from "./evidence.ts";
import { channelFindings } from "./findings.ts";
import { authorities, journalDamage } from "./history.ts";
import { journalLinks } from "./journal-links.ts";
import { roleName } from "./layout.ts";
import { type LiveTime, liveTimes } from "./live-times.ts";
import { readChannel } from "./read.ts";
import { roleSigners } from "./role-signers.ts";
import { listTufFiles } from "./tuf-files.ts";

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
  const times = liveTimes(await journalLinks(store, product, channel));
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
  return { product, channel, moves, findings: [...findings.values()] };
}
