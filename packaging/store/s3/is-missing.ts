import type { S3Bucket } from "./bucket.ts";
import { statusOf } from "./failure.ts";

/**
 * Whether a bucket is known not to be there, which HEAD of an object does not tell from an object that is not. Asked by a
 * listing of one object; whoever may not list (401, 403) is told nothing by it, and the bucket may well be there.
 * @throws SlipwayError SLW-STORE where the service answers neither.
 */
export async function isMissing(bucket: S3Bucket): Promise<boolean> {
  const { bucket: Bucket, prefix: Prefix } = bucket.location;
  return bucket.ask("list", "objects", async ({ aws, client }) => {
    try {
      await client.send(new aws.ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }));
      return false;
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return true;
      if (status === 401 || status === 403) return false;
      throw error;
    }
  });
}
