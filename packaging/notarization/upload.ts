import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { fileRange } from "../containers/file-range.ts";
import { collect } from "../containers/member-content.ts";
import { refusal, SlipwayError } from "../errors.ts";
import { codeOf } from "../payload/download/interrupted.ts";
import type { NotaryEndpoints } from "./endpoints.ts";
import type { UploadPlace } from "./notary-api.ts";
import type { NotaryPolicy } from "./policy.ts";

/** Apple's bucket is there; its answers do not say so (rcodesign and others found it by trying). */
const region = "us-west-2";
/** Named, so that no AWS variable or profile of this machine sends the package elsewhere. */
const aws = `https://s3.${region}.amazonaws.com`;
/** A file of less than 16 GiB in parts of 16 MiB has no more than S3 takes. */
const mostParts = 10_000;

export interface UploadFile {
  readonly file: FileHandle;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Puts a file where a submission wants it, in parts, each of which is tried again where the connection is lost. The object
 * appears as a whole, with the last request, and only if the bytes that were sent are those of the digest.
 * @throws SlipwayError SLW-NOTARY.
 */
export async function uploadSubmission(
  source: UploadFile,
  place: UploadPlace,
  { storage }: NotaryEndpoints,
  policy: NotaryPolicy,
  progress: (done: number) => void,
): Promise<void> {
  // A second of loading that only a submission needs.
  const { CompleteMultipartUploadCommand, CreateMultipartUploadCommand, S3Client, UploadPartCommand } = await import(
    "@aws-sdk/client-s3"
  );
  const { bucket, object, ...credentials } = place;
  const at = { Bucket: bucket, Key: object };
  const proxies = process.env["NODE_USE_ENV_PROXY"] === "1" ? { proxyEnv: process.env } : {};
  const client = new S3Client({
    region,
    credentials,
    endpoint: storage ?? aws,
    forcePathStyle: storage !== undefined,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    maxAttempts: policy.failures,
    requestChecksumCalculation: "WHEN_SUPPORTED",
    requestHandler: {
      httpAgent: new HttpAgent({ keepAlive: true, ...proxies }),
      httpsAgent: new HttpsAgent({ keepAlive: true, ...proxies }),
      connectionTimeout: policy.answerWithin,
      socketTimeout: policy.answerWithin,
    },
  });
  try {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
    const hash = createHash("sha256");
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    for (let start = 0; start < source.size; start += policy.part) {
      const PartNumber = Parts.length + 1;
      if (PartNumber > mostParts) throw refusal("SLW-NOTARY", "The package is too large to be uploaded.");
      const Body = await collect(fileRange(source.file, start, Math.min(source.size, start + policy.part)));
      hash.update(Body);
      const { ETag } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag });
      progress(Math.min(source.size, start + policy.part));
    }
    if (hash.digest("hex") !== source.sha256) throw changed(source);
    await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    throw error instanceof SlipwayError ? error : failed(error);
  } finally {
    client.destroy();
  }
}

function changed({ sha256 }: UploadFile): Error {
  return refusal("SLW-NOTARY", `The package was to have SHA-256 ${sha256} and has another one: it changed meanwhile.`, {
    hint: "Run again when nothing writes to the build cache.",
  });
}

/** The client's own words may repeat a request, and with it what is secret. */
function failed(error: unknown): Error {
  const name = error instanceof Error ? (codeOf(error) ?? error.name) : "no reason";
  const shown = /^[A-Za-z0-9_.]{1,60}$/.test(name) ? name : "no reason given";
  return refusal("SLW-NOTARY", `The package could not be uploaded to Apple's notary service (${shown}).`, {
    hint: "Run again: it uploads to the same submission.",
  });
}
