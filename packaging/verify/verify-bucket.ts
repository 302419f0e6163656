import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BuildCache } from "../builds/cache.ts";
import { byBytes } from "../byte-order.ts";
import { readChain } from "../channels/chain.ts";
import { channelFindings } from "../channels/findings.ts";
import { readText, timestampPath } from "../channels/layout.ts";
import { limits, parseRoot } from "../channels/metadata.ts";
import { readSnapshot } from "../channels/read.ts";
import { isoSeconds, systemClock } from "../clock.ts";
import type { Finding } from "../finding.ts";
import type { Shelves } from "../plan/read-named.ts";
import { laggingSuite } from "../plan/suite-plan.ts";
import { oneLook } from "../store/one-look.ts";
import type { Store } from "../store/store.ts";
import { clientFindings } from "./client-findings.ts";
import { chainFindings, expiredMetadata, replayedTimestamp, signedDifference } from "./metadata-findings.ts";
import { namedObjects } from "./named-objects.ts";
import { namedView } from "./named-view.ts";
import { entryFindings, keyFindings, pastFindings } from "./object-findings.ts";
import { restoredBy } from "./restored-by.ts";
import { trustSentences } from "./trust-sentences.ts";
import { trustedKeys } from "./trusted-keys.ts";
import { type Pins, rootToTrust, trustedRoots, trustedView } from "./trusted-root.ts";
import { plantedPages, verifyPages } from "./verify-pages.ts";
import { verifyReleases } from "./verify-releases.ts";
import { suitesOf, verifySuite } from "./verify-suites.ts";

/** Something wrong, and who can put it right. */
export interface Verdict extends Finding {
  readonly restoredBy: string;
}

/** What was looked at, and what is wrong. */
export interface Verification {
  /** What was trusted: one sentence for each kind of key. */
  readonly trust: readonly string[];
  /** Channels in force: `alpha dev 1.1.0 (serial 2)`. */
  readonly channels: readonly string[];
  readonly suites: readonly string[];
  /** How many release records were followed. */
  readonly releases: number;
  /** Damage first; each object once. */
  readonly findings: readonly Verdict[];
}

/** How closely a bucket is looked at. */
export interface Manner extends Pins {
  /** Also what was in force before: journals, every root and snapshot, releases that no channel names any more. */
  readonly history: boolean;
  /** The store can be listed: objects that nothing names are found too. */
  readonly listed: boolean;
}

/** How often a bucket is read that moves meanwhile. */
const attempts = 3;

/**
 * Reads a bucket as its clients do, from what is pinned on (from the bucket's own root where nothing is): roots, timestamp,
 * snapshot, roles, entries, records and all that they name, suites, pages. Its cost grows with what channels list; what cannot be
 * listed is walked by the names in it. Writes nothing to the bucket. Refuses (SLW-CHANNEL) a pinned root that is none, and
 * (SLW-STORE) where the bucket cannot be read.
 */
export async function verifyBucket(store: Store, how: Manner): Promise<Verification> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await store.digest(timestampPath);
    const found = await verifyOnce(oneLook(store), how);
    // A channel that moved in between makes what was read first older than what was read last.
    if (found.findings.length === 0 || attempt === attempts || (await store.digest(timestampPath)) === before)
      return found;
  }
}

async function verifyOnce(store: Store, how: Manner): Promise<Verification> {
  // Nothing may come from elsewhere, and nothing be remembered: only what lies in the bucket counts.
  const scratch = await mkdtemp(join(tmpdir(), "slipway-verify-"));
  try {
    return await verifyWith(store, how, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function verifyWith(bucket: Store, how: Manner, scratch: string): Promise<Verification> {
  const pinned = how.root !== undefined || how.rootKey !== undefined;
  const roots = pinned ? await trustedRoots(bucket, how) : undefined;
  const listing = how.listed ? bucket : namedView(bucket, await namesOf(bucket, how, roots?.roots[0]?.version));
  const store = roots === undefined ? listing : await trustedView(listing, roots, how.history);
  const cacheFolder = join(scratch, "cache");
  const at: Shelves = { store, cache: new BuildCache(cacheFolder, () => {}), cacheFolder };
  const chain = await readChain(store);
  const { version: snapshot, channels } = await readSnapshot(store);
  const trusted = await trustedKeys(store, channels, how);
  const look = { store, keys: trusted.keys };
  const inForce = channels.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  const suites = [...new Set([...(await suitesOf(look)), ...inForce.map(({ channel }) => channel)])].sort(byBytes);
  const named = inForce.flatMap(({ current, kept }) => [current, ...kept]);
  const releases = await verifyReleases(look, named, how.history);
  const now = isoSeconds(systemClock.now());
  const findings: Finding[] = [
    ...(roots?.findings ?? []),
    ...(await chainFindings(store, chain)),
    ...(await expiredMetadata(store, chain, channels, now)),
    ...(await replayedTimestamp(store, chain, channels)),
    ...(await channelFindings(store)),
    ...(how.history ? await pastFindings(store, channels) : []),
    ...(await entryFindings(store)),
    ...trusted.findings,
    ...(await keyFindings(store, trusted.keys)),
    ...(await clientFindings(store, channels, join(scratch, "client"), roots?.roots[0]?.text)),
    ...releases.findings,
    ...(await verifyPages(look, { snapshot, channels: inForce })),
    ...(how.listed ? await plantedPages(store, { snapshot, channels: inForce }) : []),
  ];
  for (const suite of suites) {
    findings.push(...(await verifySuite(look, suite, releases.shipped, how.history)));
    findings.push(...(await laggingSuite(at, { suite, origin: "", label: "" })));
  }
  const first = eachOnce(findings);
  return {
    trust: trustSentences(how, roots?.roots[0]?.version, trusted),
    channels: inForce.map(
      ({ product, channel, serial, current }) => `${product} ${channel} ${current.version} (serial ${serial})`,
    ),
    suites,
    releases: releases.releases,
    findings: await Promise.all(
      first.map(async (finding) => {
        const difference =
          finding.expected === undefined ? await signedDifference(store, chain, finding.path) : undefined;
        return { ...finding, ...difference, restoredBy: restoredBy(finding) };
      }),
    ),
  };
}

/** Where the walk by names starts: at the pinned root, else at the one that the bucket gives to new clients. */
async function namesOf(store: Store, { history }: Manner, pinned: number | undefined): Promise<ReadonlySet<string>> {
  const own = pinned ?? parseRoot(await readText(store, rootToTrust, limits.root))?.version;
  return namedObjects(store, { firstRoot: own ?? 1, history });
}

/** What is said first of an object counts; damage outweighs that it is behind. Damage first, then by path. */
function eachOnce(findings: readonly Finding[]): readonly Finding[] {
  const byPath = new Map<string, Finding>();
  for (const finding of findings.toSorted((a, b) => byBytes(a.kind, b.kind))) {
    if (!byPath.has(finding.path)) byPath.set(finding.path, finding);
  }
  return [...byPath.values()].sort((a, b) => byBytes(a.kind, b.kind) || byBytes(a.path, b.path));
}
