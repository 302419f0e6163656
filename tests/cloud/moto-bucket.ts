import { s3Server } from "./world.ts";

/** Makes a bucket on the S3 server of a test, where it has one. */
export async function makeBucket(bucket: string, isLocked: boolean): Promise<void> {
  const server = s3Server();
  if (server === undefined) return;
  const scope = "Credential=owner/20260101/us-east-1/s3/aws4_request";
  const response = await fetch(new URL(bucket, `${server}/`), {
    method: "PUT",
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`,
      ...(isLocked && { "x-amz-bucket-object-lock-enabled": "true" }),
    },
  });
  if (!response.ok)
    throw new Error(`the S3 server did not make ${bucket}: ${response.status} ${await response.text()}`);
}
