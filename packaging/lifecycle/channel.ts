import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { ChannelRecord } from "../channels/entry.ts";
import { readAs } from "../channels/evidence.ts";
import { journalDamage } from "../channels/history.ts";
import { channelPath, timestampPath } from "../channels/layout.ts";
import { type Moved, moveChannel } from "../channels/move.ts";
import { readChannel } from "../channels/read.ts";
import { isoSeconds, systemClock } from "../clock.ts";
import { type Mistake, refusal, refuseMistakes } from "../errors.ts";
import { type Places, placesOf } from "../places.ts";
import { openEd25519 } from "../signing/ed25519.ts";
import type { Store } from "../store/store.ts";
import { anyGone, hasDrift, objectDrift, pathOf } from "./drift.ts";
import { validity } from "./expiry.ts";
import { channelRecord, ed25519Key, schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";
import { lossSentences } from "./loss.ts";
import { mover } from "./mover.ts";
import { pastReleaseDrift, pastReleases, repairPastRelease } from "./past-releases.ts";
import { digestsOf, settleTexts } from "./settle.ts";

const inputs = z.object({
  schema: schemaNumber,
  bucket: z.string(),
  product: z.string(),
  channel: z.string(),
  /** Number of the role's version that this state of the channel is: the program computed it from the bucket. */
  serial: z.number().int().positive(),
  /** The serial that this was decided upon. */
  after: z.number().int().nonnegative(),
  current: channelRecord,
  /** Earlier versions that stay installable, newest first; never one above the current. */
  kept: z.array(channelRecord),
  /** For the journal. */
  why: z.string(),
  /** Days for which what the move signs holds; unset: ten years. */
  lifetime: z.number().int().positive().optional(),
  key: ed25519Key,
});

type Inputs = z.infer<typeof inputs>;

type Texts = Readonly<Record<string, string>>;

interface Outputs extends Values {
  /** The serial in force: the wanted one, or a later one where others had taken that. */
  readonly serial: number;
  readonly snapshot: number;
  /** Copies of what the last moves wrote or named and no client may see change: oldest first. */
  readonly moves: readonly { readonly serial: number; readonly texts: Texts }[];
  /** Objects of the journal's past that are damaged and cannot be brought back: known, and not named again. */
  readonly lost: readonly string[];
}

/** What the state holds: a refresh fills `drift`. */
type State = Outputs & Pick<Inputs, "kept"> & { readonly drift?: readonly string[] };

/** Moves whose objects the state can restore. Older ones are looked at too: by digest or signature. */
const movesRemembered = 10;

/** An entry, role or snapshot is a few kilobytes; more is not ours. */
const objectLimit = 1 << 20;
/** From a snapshot to its timestamp it is milliseconds. */
const aMomentMs = 1000;

/** A product's named pointer. Every change of it, forward or back, is the next version of its TUF role. */
export const lifecycle = lifecycleOf<Inputs, Outputs>({
  kind: "channel",
  inputs,
  // Where the bucket was damaged, a plan may say less of the serial than the entry that is mended under it.
  circumstances: ["after", "why"],
  id: ({ product, channel }) => `${product}/${channel}`,
  write: async (wanted, before: State | undefined) => {
    const places = placesOf(wanted.bucket);
    const { store } = places;
    const remembered = before?.moves ?? [];
    // First of all, so that no number that clients have seen is used again for something else.
    for (const { texts } of remembered) await settleTexts(store, withPrefix(texts, "tuf/", "channels/"));
    const drifted = before !== undefined && (hasDrift(before) || (await wasBehind(places, wanted, before)));
    if (drifted) await repairPast(places, wanted, remembered);
    const moved = await move(store, wanted);
    const texts = await readTexts(store, [
      moved.entryPath,
      `tuf/${moved.serial}.${wanted.product}-${wanted.channel}.json`,
      `tuf/${moved.snapshot}.snapshot.json`,
      ...(await overlays(store, releaseOf(wanted.current.record.path))),
    ]);
    const moves = remember(remembered, { serial: moved.serial, texts });
    const known = before?.lost ?? [];
    const lost = drifted ? (await historyDrift(places, wanted, moves)).map(pathOf) : known;
    for (const sentence of lossSentences(lost.filter((path) => !known.includes(path)))) console.info(sentence);
    return { serial: moved.serial, snapshot: moved.snapshot, moves, lost };
  },
  lags: (wanted, outputs) => isBehind(placesOf(wanted.bucket), wanted, outputs),
  drift: async (wanted, { moves, lost = [] }) => {
    const places = placesOf(wanted.bucket);
    const { store } = places;
    const { damaged } = await readChannel(store, wanted.product, wanted.channel);
    const inForce = damaged.map(async (path) => `${path}: ${(await store.stat(path)) ? "altered" : "missing"}`);
    const history = await historyDrift(places, wanted, moves);
    // What is just as this channel wrote it is whole, also while the keys that vouch for it are damaged.
    const whole = await wholeCopies(store, moves);
    const lines = [...(await Promise.all(inForce)), ...history].filter((line) => !whole.has(pathOf(line)));
    const byPath = new Map(lines.map((line) => [pathOf(line), line]));
    return [...byPath.values()].filter((line) => !lost.includes(pathOf(line)));
  },
});

async function move(
  store: Store,
  { bucket: _bucket, schema: _schema, lifetime, key, ...wanted }: Inputs,
): Promise<Moved> {
  const now = systemClock.now();
  const signer = await openEd25519(key.public, key.source);
  return moveChannel(store, { ...wanted, by: mover(), now, expires: isoSeconds(now + validity(lifetime)), signer });
}

/** All that a channel named and wrote before: past releases, the state's copies, and the numbered files without one. */
async function historyDrift(at: Places, wanted: Inputs, moves: Outputs["moves"]): Promise<readonly string[]> {
  const { store } = at;
  const { product, channel, current } = wanted;
  const lines = [...(await objectDrift(store, digestsOf(copies(moves, current))))];
  const kept = new Set(wanted.kept.map(({ record }) => record.path));
  for (const release of await past(store, wanted, moves)) {
    const depth = kept.has(release.record.path) ? "digests" : "sizes";
    lines.push(...(await pastReleaseDrift(at, product, release, depth)));
  }
  return [...lines, ...(await journalDamage(store, product, channel))];
}

/** Refuses (SLW-STORE-DAMAGED) where an object of a release that stays installable is nowhere. */
async function repairPast(at: Places, wanted: Inputs, moves: Outputs["moves"]): Promise<void> {
  const { product, current, kept } = wanted;
  await settleTexts(at.store, copies(moves, current));
  const mistakes: Mistake[] = [];
  for (const release of await past(at.store, wanted, moves)) {
    const refusals = await repairPastRelease(at, product, release);
    const offered = kept.some(({ record }) => record.path === release.record.path);
    if (offered) mistakes.push(...refusals.flatMap((refused) => refused.mistakes));
  }
  refuseMistakes(mistakes);
}

/**
 * Whether something is gone that the channel's clients or its kept versions need, or a record that the state remembers:
 * without hashing, and without reading the journal.
 */
async function isBehind(at: Places, wanted: Inputs, { moves = [], lost = [] }: Partial<Outputs>): Promise<boolean> {
  const { product, channel, kept } = wanted;
  const { store } = at;
  if (await isUnfinished(store, product, channel)) return true;
  // Of a bucket that has nothing of the channel left, nothing is damaged either.
  if (await anyGone(store, [{ path: timestampPath }, { path: channelPath(product, channel) }])) return true;
  const records = new Map(remembered(wanted, moves).map(({ record }) => [record.path, record]));
  if (
    await anyGone(
      store,
      [...records.values()].filter(({ path }) => !lost.includes(path)),
    )
  )
    return true;
  for (const release of kept) if ((await pastReleaseDrift(at, product, release, "sizes")).length > 0) return true;
  return false;
}

/**
 * Whether a move died before its last object. A snapshot that names older targets is none of it: a channel that is new has
 * them written first, and the next move puts them in force.
 */
async function isUnfinished(store: Store, product: string, channel: string): Promise<boolean> {
  const unfinished = async () => {
    const { damaged } = await readChannel(store, product, channel);
    return damaged.some((path) => !/^tuf\/\d+\.snapshot\.json$/.test(path));
  };
  if (!(await unfinished())) return false;
  // Another channel of this very run may be between its snapshot and the timestamp.
  await sleep(aMomentMs);
  return unfinished();
}

/** The same of what was kept so far: a version may be let go of because its objects are nowhere. */
function wasBehind(at: Places, wanted: Inputs, before: State): Promise<boolean> {
  const kept = new Map([...wanted.kept, ...before.kept].map((release) => [release.record.path, release]));
  return isBehind(at, { ...wanted, kept: [...kept.values()] }, before);
}

function past(store: Store, wanted: Inputs, moves: Outputs["moves"]) {
  return pastReleases(store, wanted.product, wanted.channel, wanted.current, remembered(wanted, moves));
}

/** Every release that the state itself knows of, but for the current one. */
function remembered({ product, channel, current, kept }: Inputs, moves: Outputs["moves"]): readonly ChannelRecord[] {
  const entries = moves.flatMap(({ texts }) =>
    Object.values(withPrefix(texts, "channels/")).flatMap((text) => readAs(text, product, channel) ?? []),
  );
  const named = [...kept, ...entries.flatMap((entry) => [entry.current, ...entry.kept])];
  return named.filter(({ record }) => record.path !== current.record.path);
}

/** The state's copies, but for those of the current release: its own resources look after them. */
function copies(moves: Outputs["moves"], current: Inputs["current"]): Texts {
  const all: Texts = Object.assign({}, ...moves.map(({ texts }) => texts));
  const own = `${releaseOf(current.record.path)}/`;
  return Object.fromEntries(Object.entries(all).filter(([path]) => !path.startsWith(own)));
}

async function wholeCopies(store: Store, moves: Outputs["moves"]): Promise<ReadonlySet<string>> {
  const all: Texts = Object.assign({}, ...moves.map(({ texts }) => texts));
  const drifted = new Set((await objectDrift(store, digestsOf(all))).map(pathOf));
  return new Set(Object.keys(all).filter((path) => !drifted.has(path)));
}

/** A repair of what is in force already has nothing new to remember, or a new snapshot. */
function remember(moves: Outputs["moves"], latest: Outputs["moves"][number]): Outputs["moves"] {
  const known: Texts = Object.assign({}, ...moves.map(({ texts }) => texts));
  const news = Object.entries(latest.texts).filter(([path, text]) => known[path] !== text);
  if (news.length === 0) return moves;
  return [...moves, { serial: latest.serial, texts: Object.fromEntries(news) }].slice(-movesRemembered);
}

/** What lies beside a release's record and is no function of it: the first writer's facts, and signatures. */
async function overlays(store: Store, base: string): Promise<readonly string[]> {
  const paths = (await store.list(`${base}/`)).map(({ path }) => path);
  const others = new Set([`${base}/metadata.json`, `${base}/SHA256SUMS.asc`]);
  return paths.filter((path) => others.has(path) || path.slice(base.length).includes(".sig/"));
}

function releaseOf(recordPath: string): string {
  return recordPath.slice(0, recordPath.lastIndexOf("/"));
}

function withPrefix(texts: Texts, ...prefixes: readonly string[]): Texts {
  return Object.fromEntries(
    Object.entries(texts).filter(([path]) => prefixes.some((prefix) => path.startsWith(prefix))),
  );
}

async function readTexts(store: Store, paths: readonly string[]): Promise<Texts> {
  const texts: Record<string, string> = {};
  for (const path of paths) {
    const bytes = await store.read(path, objectLimit);
    if (bytes === undefined) throw refusal("SLW-CHANNEL", `${path} was written a moment ago and is gone`);
    texts[path] = Buffer.from(bytes).toString();
  }
  return texts;
}
