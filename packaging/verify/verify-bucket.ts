import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BuildCache } from "../builds/cache.ts";
import { byBytes } from "../byte-order.ts";
import { openChannel } from "../channels/client.ts";
import { channelFindings } from "../channels/findings.ts";
import { journalDamage, trustDamage } from "../channels/history.ts";
import { roleName, timestampPath } from "../channels/layout.ts";
import { channelsForClients, readSnapshot } from "../channels/read.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { damaged, type Finding } from "../finding.ts";
import type { Shelves } from "../plan/read-named.ts";
import { laggingSuite } from "../plan/suite-plan.ts";
import { keyringArmored, keyringBytes } from "../signing/keyring.ts";
import { certificatesIn, damagedCertificates } from "../signing/known-keys.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { verifyReleases } from "./verify-releases.ts";
import { suitesOf, verifySuite } from "./verify-suites.ts";

/** What was looked at, and what is wrong. */
export interface Verification {
  /** Channels in force: `alpha dev 1.1.0 (serial 2)`. */
  readonly channels: readonly string[];
  readonly suites: readonly string[];
  /** How many release records were followed. */
  readonly releases: number;
  /** Damage first; each object once. */
  readonly findings: readonly Finding[];
}

/** How closely a bucket is looked at; `root` is the text of the TUF root to trust. */
export interface Manner {
  readonly deep: boolean;
  readonly root?: string;
}

const rootToTrust = "keys/tuf-root.json";
const rootLimit = 512_000;

/**
 * Reads a bucket as its clients do: each channel with a TUF client that starts from `root` (the bucket's own root where
 * none is given), the trust and the journals behind them, every record, every suite. Writes nothing to the bucket.
 */
export async function verifyBucket(store: Store, how: Manner): Promise<Verification> {
  // Nothing may come from elsewhere, and nothing be remembered: only what lies in the bucket counts.
  const scratch = await mkdtemp(join(tmpdir(), "slipway-verify-"));
  try {
    return await verifyWith(store, how, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function verifyWith(store: Store, how: Manner, scratch: string): Promise<Verification> {
  const cacheFolder = join(scratch, "cache");
  const at: Shelves = { store, cache: new BuildCache(cacheFolder, () => {}), cacheFolder };
  const keys = await certificatesIn(store);
  const look = { store, deep: how.deep, keys };
  const { channels } = await readSnapshot(store);
  const inForce = channels.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  const suites = [...new Set([...(await suitesOf(look)), ...inForce.map(({ channel }) => channel)])].sort(byBytes);
  const named = inForce.flatMap(({ current, kept }) => [current, ...kept]);
  const releases = await verifyReleases(look, named);
  const findings: Finding[] = [
    ...(await channelFindings(store)),
    ...(await pastFindings(at, channels)),
    ...(await entryFindings(at)),
    ...(await keyringFindings(at, keys)),
    ...(await clientFindings(at, channels, join(scratch, "client"), how.root)),
    ...(await damagedCertificates(store, keys)).map((path) => damaged(path, "is no certificate")),
    ...releases.findings,
  ];
  for (const suite of suites) {
    findings.push(...(await laggingSuite(at, { suite, origin: "", label: "" })), ...(await verifySuite(look, suite)));
  }
  const byPath = new Map(findings.toReversed().map((it) => [`${it.kind} ${it.path}`, it]));
  const sorted = [...byPath.values()].sort((a, b) => byBytes(a.kind, b.kind) || byBytes(a.path, b.path));
  const lines = inForce.map(
    ({ product, channel, serial, current }) => `${product} ${channel} ${current.version} (serial ${serial})`,
  );
  return { channels: lines, suites, releases: releases.releases, findings: sorted };
}

type Channels = readonly { readonly product: string; readonly channel: string }[];

/** The keyrings that users take hold every certificate of the bucket, and nothing else. */
async function keyringFindings({ store }: Shelves, keys: readonly OpenPgpPublic[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { path } of await store.list("keys/")) {
    const ending = /-archive-keyring\.(gpg|asc)$/.exec(path)?.[1];
    if (ending === undefined || keys.length === 0) continue;
    const wanted = ending === "gpg" ? await keyringBytes(keys) : Buffer.from(await keyringArmored(keys));
    if ((await store.digest(path)) !== sha256(wanted))
      findings.push(damaged(path, "is not the keyring of the bucket's keys"));
  }
  return findings;
}

/** Entries lie under their own digest, also those of moves that were never in force. */
async function entryFindings({ store }: Shelves): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { path } of await store.list("channels/")) {
    const digest = /^channels\/[^/]+\/([0-9a-f]{64})\.[a-z0-9]+\.json$/.exec(path)?.[1];
    if (digest !== undefined && (await store.digest(path)) !== digest) findings.push(damaged(path, "is altered"));
  }
  return findings;
}

async function pastFindings({ store }: Shelves, channels: Channels): Promise<readonly Finding[]> {
  const lines = [...(await trustDamage(store))];
  for (const { product, channel } of channels) lines.push(...(await journalDamage(store, product, channel)));
  return lines.map((line) => {
    const [path = line, state = "altered"] = line.split(": ");
    return damaged(path, `is ${state}`);
  });
}

/** What a TUF client that trusts the root refuses. Where a move was not finished it may see the state before. */
async function clientFindings(
  { store }: Shelves,
  channels: Channels,
  memory: string,
  given?: string,
): Promise<readonly Finding[]> {
  // Without a timestamp nothing is in force for a client; what that means is said by `channelFindings`.
  if (channels.length === 0 || (await store.stat(timestampPath)) === undefined) return [];
  const own = await store.read(rootToTrust, rootLimit);
  const root = given ?? (own && Buffer.from(own).toString());
  if (root === undefined) return [damaged(rootToTrust, "is missing: a new client has nothing to trust")];
  if (given === undefined && !(await isOneOf(store, root))) {
    return [damaged(rootToTrust, "is none of the bucket's roots: a new client that trusts it would be shut out")];
  }
  await mkdir(memory);
  const findings: Finding[] = [];
  const seen = await channelsForClients(store);
  // A channel whose first move is not in force yet is none to a client; that the timestamp lags is said elsewhere.
  const unfinished = (name: string) => seen.size > 0 && !seen.has(name);
  for (const { product, channel } of channels) {
    if (unfinished(roleName(product, channel))) continue;
    try {
      await openChannel(store, root, product, channel, memory);
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      findings.push({
        kind: "damaged",
        path: `tuf/ (${product} ${channel})`,
        sentence: error.mistakes[0]?.message ?? error.message,
      });
    }
  }
  return findings;
}

async function isOneOf(store: Store, rootText: string): Promise<boolean> {
  const roots = (await store.list("tuf/")).filter(({ path }) => /^tuf\/\d+\.root\.json$/.test(path));
  const digests = await Promise.all(roots.map(({ path }) => store.digest(path)));
  return digests.includes(sha256(rootText));
}
