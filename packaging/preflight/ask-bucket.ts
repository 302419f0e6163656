import { timestampPath } from "../channels/layout.ts";
import { refusal } from "../errors.ts";
import { parseS3Location } from "../store/location.ts";
import { S3Bucket } from "../store/s3/bucket.ts";
import { isMissing } from "../store/s3/is-missing.ts";
import { s3Policy } from "../store/s3/policy.ts";
import type { Store } from "../store/store.ts";
import { type Answer, answered } from "./answer.ts";
import { askWriting } from "./ask-writing.ts";

/** A bucket on S3. */
export interface BucketDestination {
  /** `s3://...` (store/location.ts) */
  readonly location: string;
  /** Patterns of what the stack writes (written-paths.ts). */
  readonly writes: readonly string[];
}

/** A release that is to be published under its version, once and for good. */
export interface NewRelease {
  readonly product: string;
  readonly folder: string;
}

/**
 * Whether a bucket is there and can be read, which of these releases it has already, and whether this run may write what the
 * stack writes. Nothing is written, on a service that honours conditions or checksums (store/s3/ask-write.ts). That the bytes
 * of a published version are those that would be built is known once they are built, and held to then, before anything is
 * written.
 */
export async function askBucket(
  { location, writes }: BucketDestination,
  store: Store,
  releases: readonly NewRelease[],
  writing: boolean,
): Promise<readonly Answer[]> {
  const bucket = new S3Bucket(parseS3Location(location), s3Policy);
  const reached = await answered(location, "can it be read?", async () => {
    if ((await store.stat(timestampPath)) !== undefined) return "yes; it has channels";
    if (!(await isMissing(bucket))) return "yes; no channel is in it yet";
    throw refusal("SLW-STORE", `no, the bucket ${bucket.location.bucket} is not there.`, {
      hint: "Make it first, or correct slipway:bucket: name, endpoint and region.",
    });
  });
  if (!reached.ok) return [reached];
  const published = releases.map(({ product, folder }) =>
    answered(location, `is ${product} ${folder} there already?`, async () => {
      const found = await store.keptDigest(`releases/${product}/${folder}/release.json`);
      if (found === undefined) return "no";
      return `yes, with a record of SHA-256 ${found.slice(0, 12)}; an update refuses to make another of it`;
    }),
  );
  // A preview writes nothing, and may lack the right to.
  const written = writing ? [answered(location, "may this run write there?", () => askWriting(bucket, writes))] : [];
  return [reached, ...(await Promise.all([...published, ...written]))];
}
