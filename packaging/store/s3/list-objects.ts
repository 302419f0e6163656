import type { StoredObject } from "../store.ts";
import type { S3Bucket } from "./bucket.ts";

/** Objects below a prefix, a thousand with each request. */
export async function listObjects(bucket: S3Bucket, prefix: string): Promise<readonly StoredObject[]> {
  const { bucket: Bucket, prefix: base } = bucket.location;
  const found: StoredObject[] = [];
  for (let token: string | undefined; ; ) {
    const next: string | undefined = token;
    const page = await bucket.ask("list", prefix === "" ? "objects" : prefix, async ({ aws, client }) => {
      const input = { Bucket, Prefix: `${base}${prefix}`, ...(next !== undefined && { ContinuationToken: next }) };
      return client.send(new aws.ListObjectsV2Command(input));
    });
    for (const { Key: key = "", Size: size = 0 } of page.Contents ?? []) {
      const path = key.slice(base.length);
      // What looks like a folder in other tools is an empty object whose name ends with a slash.
      if (path !== "" && !path.endsWith("/")) found.push({ path, size });
    }
    if (page.IsTruncated !== true || page.NextContinuationToken === undefined) return found;
    token = page.NextContinuationToken;
  }
}
