import { timestampPath } from "../channels/layout.ts";
import { refusal } from "../errors.ts";
import type { Store } from "../store/store.ts";
import { type Answer, answered } from "./answer.ts";

/** A release that is to be published; its record's digest where it is known already. */
export interface AskedRelease {
  readonly product: string;
  readonly folder: string;
  readonly record?: string;
}

/** Whether a bucket can be read, and which of these releases it has already, also with other bytes. Nothing is written. */
export async function askBucket(
  location: string,
  store: Store,
  releases: readonly AskedRelease[],
): Promise<readonly Answer[]> {
  const reached = await answered(location, "can it be read?", async () => {
    return (await store.stat(timestampPath)) === undefined ? "yes; no channel is in it yet" : "yes; it has channels";
  });
  if (!reached.ok) return [reached];
  const published = releases.map(({ product, folder, record }) =>
    answered(location, `is ${product} ${folder} there already?`, async () => {
      const found = await store.keptDigest(`releases/${product}/${folder}/release.json`);
      if (found === undefined) return "no";
      if (record === undefined) return `yes, with a record of SHA-256 ${found.slice(0, 12)}`;
      if (found === record) return "yes, with the same bytes";
      throw refusal(
        "SLW-STORE-CONFLICT",
        `yes, with other bytes (SHA-256 ${found.slice(0, 12)} in place of ${record.slice(0, 12)}).`,
        {
          hint: "What is published is never written again: give it another version.",
        },
      );
    }),
  );
  return [reached, ...(await Promise.all(published))];
}
