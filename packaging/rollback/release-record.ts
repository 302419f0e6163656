import type { ChannelRecord } from "../channels/entry.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { parseRecordOf, type ReleaseRecord, recordLimit } from "../record/record.ts";
import type { Store } from "../store/store.ts";

/**
 * The record that a channel names, for what can be told of it; undefined where its bytes are gone or are others. Whether
 * that stops a rollback is for its preview to say.
 */
export async function readReleaseRecord(
  store: Store,
  product: string,
  { version, record: { path, sha256: digest } }: ChannelRecord,
): Promise<ReleaseRecord | undefined> {
  try {
    const bytes = await store.read(path, recordLimit);
    if (bytes === undefined || sha256(bytes) !== digest) return undefined;
    return parseRecordOf(bytes, path, { product, version });
  } catch (error) {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}
