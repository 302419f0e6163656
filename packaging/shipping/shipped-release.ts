import type { BuildCache } from "../builds/cache.ts";
import { byBytes } from "../byte-order.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { productCodeOf } from "../formats/windows/installer/product-code.ts";
import type { Release } from "../plan/release-plan.ts";
import { inventoryOf, inventoryText } from "../record/inventory.ts";
import { parseRecordOf, type RecordedArtifact, recordLimit, recordText } from "../record/record.ts";
import type { Store } from "../store/store.ts";
import type { ShippedArtifact } from "./ship-artifacts.ts";

/**
 * The release as users get it, from the one of its content: where artifacts are signed, the record names their shipped bytes,
 * and inventories what is inside those. What waits for a key is named by `unsigned`, and is said as it is unsigned.
 */
export async function shippedRelease(
  content: Release,
  shipped: ReadonlyMap<string, ShippedArtifact>,
  adopted: ReadonlyMap<string, RecordedArtifact>,
  cache: BuildCache,
): Promise<Release> {
  if (shipped.size + adopted.size === 0) return content;
  const artifacts: RecordedArtifact[] = [];
  for (const artifact of content.record.artifacts) {
    const it = shipped.get(artifact.name);
    artifacts.push(adopted.get(artifact.name) ?? (it === undefined ? artifact : await recorded(artifact, it, cache)));
  }
  const record = { ...content.record, artifacts };
  const text = recordText(record);
  await cache.putBytes(Buffer.from(text));
  const recordObject = { path: content.recordObject.path, size: Buffer.byteLength(text), sha256: sha256(text) };
  const unsigned = [...shipped].flatMap(([name, { job, built }]) =>
    built === undefined && !adopted.has(name) ? [{ name, inside: job === undefined }] : [],
  );
  return unsigned.length === 0
    ? { ...content, record, recordObject }
    : { ...content, record, recordObject, unsigned: unsigned.sort((a, b) => byBytes(a.name, b.name)) };
}

async function recorded(
  artifact: RecordedArtifact,
  { job, built }: ShippedArtifact,
  cache: BuildCache,
): Promise<RecordedArtifact> {
  if (job === undefined || built === undefined) return artifact;
  const text = inventoryText(inventoryOf(job));
  await cache.putBytes(Buffer.from(text));
  const inventory = { path: artifact.inventory.path, size: Buffer.byteLength(text), sha256: sha256(text) };
  // Other programs inside are other bytes, of which the code follows.
  const productCode = artifact.productCode === undefined ? {} : { productCode: await productCodeOf(built.file) };
  return { ...artifact, size: built.size, shipped: built.sha256, inventory, ...productCode };
}

/**
 * Artifacts of the same content that the bucket has published under this release's name, whoever signed them: they are
 * shipped as they are. With `vouched`, only those of a record that a signed entry names count.
 */
export async function adoptable(
  store: Store,
  { product, version, record, recordObject }: Release,
  vouched: ReadonlySet<string> | undefined,
): Promise<ReadonlyMap<string, RecordedArtifact>> {
  const bytes = await store.read(recordObject.path, recordLimit);
  if (bytes === undefined) return new Map();
  if (vouched !== undefined && !vouched.has(sha256(bytes))) return new Map();
  const byName = new Map(publishedArtifacts(bytes, recordObject.path, { product, version }));
  return new Map(
    record.artifacts.flatMap(({ name, content }) => {
      const there = byName.get(name);
      return there === undefined || there.content !== content || there.shipped === content ? [] : [[name, there]];
    }),
  );
}

/** Of a record that is damaged, none: it is mended or refused where it is written. */
function publishedArtifacts(
  bytes: Uint8Array,
  path: string,
  release: Pick<Release, "product" | "version">,
): readonly (readonly [string, RecordedArtifact])[] {
  try {
    return parseRecordOf(bytes, path, release).artifacts.map((artifact) => [artifact.name, artifact]);
  } catch (error) {
    if (error instanceof SlipwayError) return [];
    throw error;
  }
}
