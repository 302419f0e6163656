import { isoSeconds } from "../clock.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { roleOf } from "../plan/release-plan.ts";
import { parseFolder, releaseFolder } from "../record/folder.ts";
import { type Inventory, inventoryLimit, parseInventoryOf } from "../record/inventory.ts";
import { parseRecordOf, type RecordedArtifact, type ReleaseRecord, recordLimit } from "../record/record.ts";
import type { Store } from "../store/store.ts";
import type { ComparedArtifact, Side } from "./difference.ts";
import type { Field } from "./fields.ts";

/** A release in a bucket; `record` is the digest of its record where a channel names it. */
export interface PublishedRelease {
  readonly product: string;
  readonly folder: string;
  readonly record?: string;
}

/**
 * A published release as a side, from its record and inventories alone: no artifact is opened. Refuses
 * (SLW-STORE-DAMAGED) where one of them is missing or is not the one that was named.
 */
export async function publishedSide(
  store: Store,
  { product, folder, record: digest }: PublishedRelease,
): Promise<Side> {
  const base = releaseFolder(product, folder);
  const recordPath = `${base}/release.json`;
  const bytes = await readObject(store, recordPath, recordLimit, digest);
  const { version } = parseFolder(folder);
  const record = parseRecordOf(bytes, recordPath, { product, version });
  const inventories = new Map<string, Inventory>();
  for (const { name, inventory } of record.artifacts) {
    const path = `${base}/${inventory.path}`;
    const inside = await readObject(store, path, inventoryLimit, inventory.sha256);
    inventories.set(name, parseInventoryOf(inside, path, name));
  }
  return releaseSide(folder, record, inventories);
}

/** A release as a side, published or not: its record, and the inventory of each artifact by file name. */
export function releaseSide(folder: string, record: ReleaseRecord, inventories: ReadonlyMap<string, Inventory>): Side {
  const artifacts = record.artifacts.map((artifact) => compared(artifact, inventories.get(artifact.name)));
  return { name: `${record.product} ${folder}`, facts: factsOf(record), artifacts };
}

function compared(artifact: RecordedArtifact, inventory: Inventory | undefined): ComparedArtifact {
  const { name, format, target, size, content, control = [] } = artifact;
  const { entries = [], scripts = {}, texts = {} } = inventory ?? {};
  return { role: roleOf(format, control), target, name, size, sha256: content, control, entries, scripts, texts };
}

function factsOf(record: ReleaseRecord): readonly Field[] {
  const { version, epoch, summary, homepage, licence, maintainer, features, services, budget } = record;
  return [
    ["version", version],
    ["time", isoSeconds(epoch)],
    ["summary", summary],
    ["homepage", homepage],
    ["licence", licence],
    ["maintainer", `${maintainer.name} <${maintainer.email}>`],
    ["features", Object.entries(features).map(([name, on]) => `${name}=${on ? "on" : "off"}`)],
    ["services", services],
    ...(budget === undefined ? [] : [["budget", `growth ${budget.growth} %`] as const]),
  ];
}

async function readObject(
  store: Store,
  path: string,
  limit: number,
  expected: string | undefined,
): Promise<Uint8Array> {
  const bytes = await store.read(path, limit);
  if (bytes === undefined) throw refusal("SLW-STORE-DAMAGED", `${path} is missing from the bucket.`);
  if (expected !== undefined && sha256(bytes) !== expected) {
    throw refusal("SLW-STORE-DAMAGED", `${path} is not the one that was published: expected SHA-256 ${expected}.`);
  }
  return bytes;
}
