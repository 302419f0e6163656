import { s3Server } from "./world.ts";

/** Makes a bucket on the S3 server of a test, where it has one. */
export async function makeBucket(bucket: string, isLocked: boolean): Promise<void> {
  await put(bucket, isLocked ? { "x-amz-bucket-object-lock-enabled": "true" } : {});
}

/** Gives it a policy there: what users may read. Of conditions, which moto does not know, its denials are left out. */
export async function openBucket(bucket: string, policy: string): Promise<void> {
  const { Statement, ...rest } = JSON.parse(policy) as { readonly Statement: readonly { readonly Effect: string }[] };
  const allowed = Statement.filter(({ Effect }) => Effect === "Allow");
  await put(`${bucket}?policy`, {}, JSON.stringify({ ...rest, Statement: allowed }));
}

async function put(path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<void> {
  const server = s3Server();
  if (server === undefined) return;
  const scope = "Credential=owner/20260101/us-east-1/s3/aws4_request";
  const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`;
  const response = await fetch(`${server}/${path}`, {
    ...{ method: "PUT", headers: { authorization, ...headers }, body: body ?? null },
  });
  if (!response.ok) throw new Error(`the S3 server did not take ${path}: ${response.status} ${await response.text()}`);
}
