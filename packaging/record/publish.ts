import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { ObjectBytes, Store } from "../store/store.ts";
import { parseRecord, type RecordedArtifact, type ReleaseRecord } from "./record.ts";
import { restoreObject } from "./repair.ts";
import { manifestJsonText, sumsText } from "./sums.ts";

/**
 * Publishes one artifact and its inventory under `base`, the release's folder in the bucket. Both are written once:
 * equal ones are left alone.
 * @throws SlipwayError SLW-STORE-CONFLICT where other bytes are published under the name.
 */
export async function publishArtifact(
  store: Store,
  base: string,
  recorded: RecordedArtifact,
  file: string,
  inventoryText: string,
): Promise<{ readonly artifact: "created" | "equal"; readonly inventory: "created" | "equal" }> {
  const { name, size, shipped, inventory } = recorded;
  if (sha256(inventoryText) !== inventory.sha256) {
    throw refusal(
      "SLW-RECORD",
      `the inventory of ${name} is not the one that its record names (SHA-256 ${inventory.sha256}).`,
    );
  }
  const shippedBytes: ObjectBytes = { file, size, sha256: shipped };
  return {
    artifact: await store.create(`${base}/${name}`, shippedBytes),
    inventory: await store.create(`${base}/${inventory.path}`, Buffer.from(inventoryText)),
  };
}

export interface RecordTexts {
  /** Canonical text of the record. */
  readonly recordText: string;
  /** Text of metadata.json, used only where there is none yet: the first writer's stays. */
  readonly metadataText: string;
}

/**
 * Publishes a release's record, and then what is a function of it. Everything that the record names must be there
 * already: a reader that meets a record can fetch all of it. Sums and manifest.json are derived again where they are
 * missing or altered; metadata.json is never compared.
 * @throws SlipwayError SLW-STORE-CONFLICT where another record is published there; SLW-STORE-DAMAGED where an artifact
 * or inventory is not there, or not of the recorded size.
 */
export async function publishRecord(store: Store, base: string, texts: RecordTexts): Promise<"created" | "equal"> {
  const recordBytes = Buffer.from(texts.recordText);
  const path = `${base}/release.json`;
  const record = parseRecord(recordBytes, path);
  await refuseIncomplete(store, base, record);
  const outcome = await store.create(path, recordBytes);
  for (const [name, text] of derivedTexts(record)) {
    await restoreObject(store, `${base}/${name}`, sha256(text), async () => Buffer.from(text));
  }
  await store.replace(`${base}/metadata.json`, Buffer.from(texts.metadataText), undefined);
  return outcome;
}

/** What lies beside a record and is a function of it, by file name, in the order in which it is written. */
export function derivedTexts(record: ReleaseRecord): ReadonlyMap<string, string> {
  return new Map([
    ["SHA256SUMS", sumsText(record)],
    ["manifest.json", manifestJsonText(record)],
  ]);
}

async function refuseIncomplete(store: Store, base: string, record: ReleaseRecord): Promise<void> {
  for (const { name, size, inventory } of record.artifacts) {
    for (const named of [{ path: name, size }, inventory]) {
      const path = `${base}/${named.path}`;
      const found = await store.stat(path);
      if (found?.size === named.size) continue;
      const state = found === undefined ? "is not in the bucket" : `has ${found.size} bytes in the bucket`;
      throw refusal(
        "SLW-STORE-DAMAGED",
        `${path} ${state}, but the record of ${record.product} ${record.version} names it with ${named.size} bytes; ` +
          "the record was not written.",
      );
    }
  }
}
