import { createHash } from "node:crypto";
import type { FileBytes } from "../store.ts";
import { verifiedPieces } from "../verified-pieces.ts";
import type { S3Bucket } from "./bucket.ts";
import { nameOf } from "./failure.ts";

/** Amazon S3 User Guide, "Multipart upload limits". */
const mostParts = 10_000;
const mebibyte = 2 ** 20;

/** A piece of a file, `start` to `end` (exclusive). */
export interface Part {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
  /** Base64 SHA-256. */
  readonly checksum: string;
}

/**
 * Cuts a file into parts of `least` bytes, or of more where they were too many; in one reading that also makes sure of its
 * digest, before anything is sent.
 */
export async function partsOf(source: FileBytes, path: string, least: number): Promise<readonly Part[]> {
  const size = Math.max(least, Math.ceil(source.size / mostParts / mebibyte) * mebibyte);
  const parts: Part[] = [];
  let hash = createHash("sha256");
  let [start, at] = [0, 0];
  const end = () => {
    parts.push({ number: parts.length + 1, start, end: at, checksum: hash.digest("base64") });
    [hash, start] = [createHash("sha256"), at];
  };
  for await (const piece of verifiedPieces(source, path)) {
    for (let from = 0; from < piece.length; ) {
      const taken = piece.subarray(from, from + size - (at - start));
      hash.update(taken);
      from += taken.length;
      at += taken.length;
      if (at - start === size) end();
    }
  }
  if (at > start) end();
  return parts;
}

/** A part that the service has of an upload that is not finished. */
export interface SentPart {
  readonly number: number;
  readonly size: number;
  readonly checksum: string | undefined;
  readonly etag: string | undefined;
}

/** The parts that an upload has, or undefined where there is no such upload any more. */
export async function sentParts(bucket: S3Bucket, path: string, id: string): Promise<readonly SentPart[] | undefined> {
  const sent: SentPart[] = [];
  const input = { ...bucket.at(path), UploadId: id };
  for (let marker: string | undefined; ; ) {
    const after: string | undefined = marker;
    const page = await bucket.ask("list the sent parts of", path, async ({ aws, client }) => {
      const command = new aws.ListPartsCommand({ ...input, ...(after !== undefined && { PartNumberMarker: after }) });
      return client.send(command).catch(absentUpload);
    });
    if (page === undefined) return undefined;
    for (const { PartNumber: number = 0, Size: size = 0, ChecksumSHA256: checksum, ETag: etag } of page.Parts ?? []) {
      sent.push({ number, size, checksum, etag });
    }
    if (page.IsTruncated !== true || page.NextPartNumberMarker === undefined) return sent;
    marker = page.NextPartNumberMarker;
  }
}

/** Its writer finished it, or a rule of the bucket removed it. */
function absentUpload(error: unknown): undefined {
  if (nameOf(error) === "NoSuchUpload") return undefined;
  throw error;
}
