import type { ChannelEntry, ChannelRecord } from "../channels/entry.ts";
import { journal } from "../channels/read.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { releaseFolder } from "../record/folder.ts";
import { inventoryLimit, parseInventory } from "../record/inventory.ts";
import { parseRecord, type RecordedArtifact, type ReleaseRecord, recordLimit } from "../record/record.ts";
import type { Store } from "../store/store.ts";
import { type ArtifactView, type BundleView, type Release, type ReleasePlan, roleOf } from "./release-plan.ts";

/**
 * Plans a release that the bucket already holds: `wanted` is a version (its newest folder in the channel's journal) or
 * one exact folder. Nothing is built and no source is read. Refuses (SLW-VERSION) a version that was never published.
 */
export async function planPublished(
  store: Store,
  product: string,
  channel: string,
  wanted: string,
): Promise<ReleasePlan> {
  const found = await findPublished(store, product, channel, wanted);
  const release = await readRelease(store, product, found);
  return {
    product,
    version: release.version,
    bundles: await readBundles(store, release),
    fingerprint: { record: release.recordObject.sha256 },
    jobs: [],
    finish: async () => release,
  };
}

/** Reads a release by what a channel says of it; refuses (SLW-STORE-DAMAGED) a record whose bytes are not those. */
export async function readRelease(store: Store, product: string, named: ChannelRecord): Promise<Release> {
  const { path } = named.record;
  const bytes = await store.read(path, recordLimit);
  if (bytes === undefined || sha256(bytes) !== named.record.sha256) {
    const what = bytes === undefined ? "is missing" : "is not what the channel names";
    throw refusal("SLW-STORE-DAMAGED", `${path} ${what}: ${product} ${named.version} cannot be read`, {
      hint: "Restore the bucket's object from a copy, or point the channel at another version.",
    });
  }
  const record = parseRecord(bytes, path);
  return { product, version: named.version, folder: named.folder, record, recordObject: named.record };
}

async function findPublished(store: Store, product: string, channel: string, wanted: string): Promise<ChannelRecord> {
  const entries: readonly ChannelEntry[] = await journal(store, product, channel);
  const named = entries.flatMap(({ current, kept }) => [current, ...kept]);
  const exact = wanted.includes("+");
  const found = named.find(({ version, folder }) => (exact ? folder === wanted : version === wanted));
  if (found !== undefined) return found;
  const versions = [...new Set(named.map(({ version }) => version))];
  throw refusal("SLW-VERSION", `slipway:version asks for ${product} ${wanted}, which channel ${channel} never had`, {
    hint:
      versions.length === 0
        ? "Nothing of this product was published here: leave slipway:version unset to build what the manifest says."
        : `Published: ${versions.join(", ")}. The manifest's own version is built, every other one must be published.`,
  });
}

async function readBundles(store: Store, release: Release): Promise<readonly BundleView[]> {
  const base = releaseFolder(release.product, release.folder);
  const bundles = new Map<RecordedArtifact["target"], ArtifactView[]>();
  for (const artifact of release.record.artifacts) {
    const views = bundles.get(artifact.target) ?? [];
    bundles.set(artifact.target, [...views, await readView(store, base, artifact, release.record)]);
  }
  return [...bundles].map(([target, artifacts]) => ({ target, artifacts }));
}

async function readView(
  store: Store,
  base: string,
  artifact: RecordedArtifact,
  record: ReleaseRecord,
): Promise<ArtifactView> {
  const path = `${base}/${artifact.inventory.path}`;
  const bytes = await store.read(path, inventoryLimit);
  if (bytes === undefined || sha256(bytes) !== artifact.inventory.sha256) {
    throw refusal("SLW-STORE-DAMAGED", `${path} is missing or altered: ${record.product} ${record.version} names it`, {
      hint: "Restore the bucket's object from a copy, or point the channel at another version.",
    });
  }
  const control = artifact.control ?? [];
  return { role: roleOf(artifact.format, control), inventory: parseInventory(bytes, path), control };
}
