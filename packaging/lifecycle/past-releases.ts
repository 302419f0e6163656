import type { ChannelRecord } from "../channels/entry.ts";
import { journal } from "../channels/read.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { readNamed, type Shelves } from "../plan/read-named.ts";
import { releaseFolder } from "../record/folder.ts";
import { releaseDrift } from "../record/inspect.ts";
import { derivedTexts } from "../record/publish.ts";
import { parseRecord, type ReleaseRecord, recordLimit } from "../record/record.ts";
import { restoreObject } from "../record/repair.ts";
import type { ObjectBytes, Store } from "../store/store.ts";
import { objectDrift } from "./drift.ts";
import { cachedBytes } from "./restore.ts";

/**
 * The releases that a channel ever named, but for the current one, which has resources of its own. The bucket's journal
 * tells them, and where that is damaged, `remembered`.
 */
export async function pastReleases(
  store: Store,
  product: string,
  channel: string,
  current: ChannelRecord,
  remembered: readonly ChannelRecord[],
): Promise<readonly ChannelRecord[]> {
  const entries = await journal(store, product, channel);
  const named = [...remembered, ...entries.flatMap((entry) => [entry.current, ...entry.kept])];
  const byPath = new Map(named.map((release) => [release.record.path, release]));
  byPath.delete(current.record.path);
  return [...byPath.values()];
}

/**
 * Objects of a past release that are not as its record says; the record's own digest is what the channel named. By
 * `digests` every byte is read: for what users install. By `sizes` only the record is, so that the cost of a look does not
 * grow with the bytes of all that was ever published: for what no index offers any more.
 */
export async function pastReleaseDrift(
  at: Shelves,
  product: string,
  named: ChannelRecord,
  depth: "digests" | "sizes",
): Promise<readonly string[]> {
  const record = await recordOf(at, named);
  if (record === undefined) return objectDrift(at.store, [named.record]);
  const base = releaseFolder(product, named.folder);
  if (depth === "digests") return releaseDrift(at.store, base, record, new Map());
  return [...(await objectDrift(at.store, [named.record])), ...(await sizeDrift(at.store, base, record))];
}

/**
 * Brings a past release's objects back: what is a function of the record is made again, all else comes from this
 * machine's cache by digest. Returns the refusals of those that are nowhere.
 */
export async function repairPastRelease(
  at: Shelves,
  product: string,
  named: ChannelRecord,
): Promise<readonly SlipwayError[]> {
  const base = releaseFolder(product, named.folder);
  const record = await recordOf(at, named);
  const artifacts = (record?.artifacts ?? []).flatMap(({ name, size, shipped, inventory }) => [
    { path: `${base}/${name}`, size, sha256: shipped },
    { ...inventory, path: `${base}/${inventory.path}` },
  ]);
  const refusals: SlipwayError[] = [];
  const restore = async (path: string, expected: string, find: () => Promise<ObjectBytes | undefined>) => {
    await restoreObject(at.store, path, expected, find).catch((error: unknown) => {
      if (!(error instanceof SlipwayError) || error.code !== "SLW-STORE-DAMAGED") throw error;
      refusals.push(error);
    });
  };
  for (const object of [...artifacts, named.record]) {
    await restore(object.path, object.sha256, () => cachedBytes(at.cache, object));
  }
  for (const [name, text] of record === undefined ? [] : derivedTexts(record)) {
    const bytes = Buffer.from(text);
    await restore(`${base}/${name}`, sha256(bytes), async () => bytes);
  }
  return refusals;
}

async function sizeDrift(store: Store, base: string, record: ReleaseRecord): Promise<readonly string[]> {
  const objects = [
    ...record.artifacts.flatMap(({ name, size, inventory }) => [{ path: name, size }, inventory]),
    ...[...derivedTexts(record)].map(([path, text]) => ({ path, size: Buffer.byteLength(text) })),
  ];
  const drift: string[] = [];
  for (const { path, size } of objects) {
    const found = await store.stat(`${base}/${path}`);
    if (found?.size !== size) drift.push(`${base}/${path}: ${found === undefined ? "missing" : "altered"}`);
  }
  return drift;
}

/** The record by its digest, wherever it is; undefined where it is nowhere. */
async function recordOf(at: Shelves, { record: named }: ChannelRecord): Promise<ReleaseRecord | undefined> {
  try {
    return parseRecord(await readNamed(at, named, recordLimit), named.path);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "SLW-STORE-DAMAGED") return undefined;
    throw error;
  }
}
