import { Readable } from "node:stream";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import { promisedOf } from "../object-bytes.ts";
import type { ObjectBytes } from "../store.ts";
import { verifiedPieces } from "../verified-pieces.ts";
import type { S3Bucket } from "./bucket.ts";
import { toBase64 } from "./checksum.ts";
import type { S3Door } from "./client.ts";
import { refusedByCondition } from "./failure.ts";
import { putInParts } from "./multipart.ts";
import { objectHeaders } from "./object-headers.ts";
import { lookAt } from "./read-object.ts";
import { withStream } from "./with-stream.ts";

/** While what the object is written: nothing, or the very object that an ETag was given for. */
export type Condition = { readonly IfNoneMatch: "*" } | { readonly IfMatch: string };

/** `writer` is noted with the object: by it a write whose answer was lost is told from that of somebody else. */
export interface Write {
  readonly condition: Condition;
  readonly writer?: string;
}

/** Writes an object as a whole; false where the condition does not hold, and nothing was written. */
export async function putObject(bucket: S3Bucket, path: string, bytes: ObjectBytes, write: Write): Promise<boolean> {
  const { size, sha256 } = promisedOf(bytes);
  if (!(bytes instanceof Uint8Array) && size > bucket.policy.singlePut) {
    return putInParts(bucket, path, bytes, write.condition);
  }
  const input: PutObjectCommandInput = {
    ...bucket.at(path),
    ...objectHeaders(path),
    ...write.condition,
    ...(write.writer !== undefined && { Metadata: { writer: write.writer } }),
    ContentLength: size,
    // The service takes nothing else under this name.
    ChecksumAlgorithm: "SHA256",
    ChecksumSHA256: toBase64(sha256),
  };
  return bucket.ask("write", path, async (door, attempt) => {
    try {
      await send(door, input, bytes, path);
      return true;
    } catch (error) {
      if (!refusedByCondition(error)) throw error;
      // An attempt without an answer may be what is in the way now.
      if (attempt === 1 || write.writer === undefined) return false;
      return (await lookAt(bucket, path))?.writer === write.writer;
    }
  });
}

async function send({ aws, client }: S3Door, input: PutObjectCommandInput, bytes: ObjectBytes, path: string) {
  if (bytes instanceof Uint8Array) return client.send(new aws.PutObjectCommand({ ...input, Body: bytes }));
  return withStream(Readable.from(verifiedPieces(bytes, path), { objectMode: false }), (Body, abortSignal) =>
    client.send(new aws.PutObjectCommand({ ...input, Body }), { abortSignal }),
  );
}
