import type { ChannelRecord } from "../channels/entry.ts";
import { walkJournal } from "../channels/journal-links.ts";
import { readChannel } from "../channels/read.ts";
import { refusal, SlipwayError } from "../errors.ts";
import { releaseFolder } from "../record/folder.ts";
import { inventoryLimit, parseInventoryOf } from "../record/inventory.ts";
import { parseRecordOf, type RecordedArtifact, recordLimit } from "../record/record.ts";
import type { Store } from "../store/store.ts";
import { readNamed, type Shelves } from "./read-named.ts";
import { type ArtifactView, type BundleView, type Release, type ReleasePlan, roleOf } from "./release-plan.ts";

/**
 * Plans a release that the bucket already holds: `wanted` is a version (its newest folder in the channel's journal) or
 * one exact folder. Nothing is built and no source is read. Refuses (SLW-VERSION) a version that was never published.
 */
export async function planPublished(
  at: Shelves,
  product: string,
  channel: string,
  wanted: string,
): Promise<ReleasePlan> {
  return planNamed(at, product, await findPublished(at.store, product, channel, wanted));
}

/** The plan of a release that the bucket holds. */
export async function planNamed(at: Shelves, product: string, named: ChannelRecord): Promise<ReleasePlan> {
  const release = await readRelease(at, product, named);
  const { winget, maintainer: author } = release.record;
  return {
    product,
    version: release.version,
    ...(winget !== undefined && { winget: { identifier: winget.identifier, author } }),
    bundles: await readBundles(at, release),
    fingerprint: { record: release.recordObject.sha256 },
    jobs: [],
    finish: async () => release,
  };
}

/** Reads a release by what a channel says of it; refuses (SLW-STORE-DAMAGED) where the record's bytes are nowhere. */
export async function readRelease(at: Shelves, product: string, named: ChannelRecord): Promise<Release> {
  const { version } = named;
  const bytes = await readNamed(at, named.record, recordLimit);
  const record = parseRecordOf(bytes, named.record.path, { product, version });
  return { product, version, folder: named.folder, record, recordObject: named.record };
}

/** A release whose loss stops nobody: it is read for what can be said of it. Undefined where its record's bytes are nowhere. */
export async function readIfThere(at: Shelves, product: string, named: ChannelRecord): Promise<Release | undefined> {
  return unlessDamaged(readRelease(at, product, named));
}

/** Undefined where what is read of the bucket is missing or altered beyond repair (SLW-STORE-DAMAGED). */
export async function unlessDamaged<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "SLW-STORE-DAMAGED") return undefined;
    throw error;
  }
}

async function findPublished(store: Store, product: string, channel: string, wanted: string): Promise<ChannelRecord> {
  const exact = wanted.includes("+");
  const versions = new Set<string>();
  // Newest first, and no further than to what is sought.
  for await (const { entry } of walkJournal(store, await readChannel(store, product, channel))) {
    for (const named of entry === undefined ? [] : [entry.current, ...entry.kept]) {
      if ((exact ? named.folder : named.version) === wanted) return named;
      versions.add(named.version);
    }
  }
  throw refusal("SLW-VERSION", `slipway:version asks for ${product} ${wanted}, which channel ${channel} never had`, {
    setting: ["version", product],
    hint:
      versions.size === 0
        ? "Nothing of this product was published here: leave slipway:version unset to build what the manifest says."
        : `Published: ${[...versions].join(", ")}. The manifest's own version is built, every other one must be published.`,
  });
}

async function readBundles(at: Shelves, release: Release): Promise<readonly BundleView[]> {
  const base = releaseFolder(release.product, release.folder);
  const bundles = new Map<RecordedArtifact["target"], ArtifactView[]>();
  for (const artifact of release.record.artifacts) {
    const views = bundles.get(artifact.target) ?? [];
    bundles.set(artifact.target, [...views, await readView(at, base, artifact)]);
  }
  return [...bundles].map(([target, artifacts]) => ({ target, artifacts }));
}

async function readView(at: Shelves, base: string, artifact: RecordedArtifact): Promise<ArtifactView> {
  const path = `${base}/${artifact.inventory.path}`;
  const bytes = await readNamed(at, { ...artifact.inventory, path }, inventoryLimit);
  const control = artifact.control ?? [];
  return { role: roleOf(artifact.format, control), inventory: parseInventoryOf(bytes, path, artifact.name), control };
}
