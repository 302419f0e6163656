import type { Root, Targets } from "@tufjs/models";
import { sha256 } from "../digest.ts";
import { refusal, SlipwayError } from "../errors.ts";
import type { Ed25519Signer } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { type Chain, lostSnapshot, readChain } from "./chain.ts";
import { entryLimit } from "./entry.ts";
import { readEntryText, targetDigest } from "./evidence.ts";
import { channelOfRole, channelPath, readText, snapshotPath, targetsPath, timestampPath } from "./layout.ts";
import { limits, type MetaJson, metaOf, parseTimestamp, signedText, signsFor, type TufFile } from "./metadata.ts";
import { roleInForce } from "./role-in-force.ts";

/** How often a compare-and-set is tried: each failure means that somebody else's write succeeded. */
const attempts = 100;

/** Who signs snapshot and timestamp, and how long they hold. */
export interface Publisher {
  readonly signer: Ed25519Signer;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly expires: string;
}

/** A snapshot as written. */
export interface SnapshotFile {
  readonly version: number;
  readonly text: string;
}

/**
 * Writes the next snapshot: the one in force with the newest targets and `change`. Returns undefined where another
 * mover wrote that number first. Roles are carried over as they are named, also one whose key changed meanwhile: clients
 * refuse a snapshot that drops a role, and only readers of that channel wait for its next move. Where no snapshot of the
 * keys in force is left (new trust), the content starts anew with the roles that they signed.
 */
export async function createSnapshot(
  store: Store,
  chain: Chain,
  change: Readonly<Record<string, MetaJson>>,
  { signer, expires }: Publisher,
): Promise<SnapshotFile | undefined> {
  const meta = { ...(await carriedOver(store, chain)), ...change };
  const version = chain.highest.snapshot + 1;
  const text = signedText("snapshot", { meta }, { version, expires }, [signer]);
  return (await createOnly(store, snapshotPath(version), text)) ? { version, text } : undefined;
}

/**
 * Moves timestamp.json to `snapshot` unless it names that one or a newer one. Its version is the snapshot's number: the
 * numbered files remember it where timestamp.json itself was lost or put back. Returns its version in force.
 */
export async function advanceTimestamp(
  store: Store,
  root: TufFile<Root>,
  snapshot: SnapshotFile,
  { signer, expires }: Publisher,
): Promise<number> {
  const { version } = snapshot;
  const meta = { "snapshot.json": metaOf(snapshot.text, version) };
  const text = signedText("timestamp", { meta }, { version, expires }, [signer]);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = await readText(store, timestampPath, limits.timestamp);
    const file = parseTimestamp(found);
    const trusted = file !== undefined && signsFor(root.metadata, "timestamp", file);
    if (trusted && file.metadata.signed.snapshotMeta.version >= version) return file.version;
    const digest = found === undefined ? await store.digest(timestampPath) : sha256(found);
    if (await store.replace(timestampPath, Buffer.from(text), digest)) return version;
  }
  throw refusal("SLW-CHANNEL-RACE", `${timestampPath} changed ${attempts} times while it was being moved. Run again.`);
}

/** Finishes what another mover began: a snapshot in force by its number that timestamp.json does not name yet. */
export async function finishPending(
  store: Store,
  root: TufFile<Root>,
  chain: Chain,
  publisher: Publisher,
): Promise<void> {
  const { snapshot, timestamp } = chain;
  if (snapshot !== undefined && timestamp.snapshot < snapshot.version) {
    await advanceTimestamp(store, root, snapshot, publisher);
  }
}

/** Makes `channels/<product>/<channel>.json` the entry in force; a slower mover never puts an older one there. */
export async function refreshCopy(store: Store, product: string, channel: string): Promise<void> {
  const path = channelPath(product, channel);
  for (let attempt = 0; attempt < attempts; attempt++) {
    // Read before the chain: a mover that is faster changes it, and the replacement below fails.
    const found = await readText(store, path, entryLimit);
    const digest = found === undefined ? await store.digest(path) : sha256(found);
    const { file } = await roleInForce(store, await readChain(store), product, channel);
    const named = file && targetDigest(file, product, channel);
    if (named === undefined || named === digest) return;
    const text = await readEntryText(store, product, channel, named);
    if (text === undefined || (await store.replace(path, Buffer.from(text), digest))) return;
  }
  throw refusal("SLW-CHANNEL-RACE", `${path} changed ${attempts} times while it was being written. Run again.`);
}

/** Refuses (SLW-STORE-DAMAGED) where the newest targets file does not verify: no mover signs over an older one. */
export function newestTargets({ targets, highest }: Chain): TufFile<Targets> {
  if (targets !== undefined && targets.version >= highest.targets) return targets;
  const path = targetsPath(Math.max(highest.targets, 1));
  throw refusal(
    "SLW-STORE-DAMAGED",
    `${path} is missing, altered, or not signed by the targets key of the newest root. Nothing was written.`,
    { hint: "The stack that holds the targets key restores it: run its update first." },
  );
}

/** Create-only; false where other bytes are there already. */
export async function createOnly(store: Store, path: string, text: string): Promise<boolean> {
  try {
    await store.create(path, Buffer.from(text));
    return true;
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "SLW-STORE-CONFLICT") return false;
    throw error;
  }
}

async function carriedOver(store: Store, chain: Chain): Promise<Record<string, unknown>> {
  const { snapshot } = chain;
  const targets = newestTargets(chain);
  const meta: Record<string, unknown> = {};
  for (const [name, file] of Object.entries(snapshot?.metadata.signed.meta ?? {})) meta[name] = file.toJSON();
  meta["targets.json"] = metaOf(targets.text, targets.version);
  if (!lostSnapshot(chain)) return meta;
  for (const role of Object.keys(targets.metadata.signed.delegations?.roles ?? {})) {
    const name = channelOfRole(role);
    const found = name && (await roleInForce(store, chain, name.product, name.channel));
    const file = found?.signed ? found.file : undefined;
    const before = snapshot?.metadata.signed.meta[`${role}.json`]?.version ?? 0;
    if (file !== undefined && file.version > before) meta[`${role}.json`] = metaOf(file.text, file.version);
  }
  return meta;
}
