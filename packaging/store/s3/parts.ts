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
  /** Its ETag with most services: the hex MD5 in quotes. */
  readonly etag: string;
}

/**
 * Cuts a file into parts of `least` bytes, or of more where they were too many; in one reading that also makes sure of its
 * digest, before anything is sent.
 */
export async function partsOf(source: FileBytes, path: string, least: number): Promise<readonly Part[]> {
  const size = Math.max(least, Math.ceil(source.size / mostParts / mebibyte) * mebibyte);
  const parts: Part[] = [];
  let [hash, md5] = [createHash("sha256"), createHash("md5")];
  let [start, at] = [0, 0];
  const end = () => {
    const [checksum, etag] = [hash.digest("base64"), `"${md5.digest("hex")}"`];
    parts.push({ number: parts.length + 1, start, end: at, checksum, etag });
    [hash, md5, start] = [createHash("sha256"), createHash("md5"), at];
  };
  for await (const piece of verifiedPieces(source, path)) {
    for (let from = 0; from < piece.length; ) {
      const taken = piece.subarray(from, from + size - (at - start));
      hash.update(taken);
      md5.update(taken);
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

/**
 * Whether a sent part is one of this file: by its SHA-256, or by its ETag where the service lists none. The object is read
 * back in the end, so that nothing hangs on that.
 */
export function isPartOf(sent: SentPart, parts: readonly Part[]): boolean {
  const part = parts[sent.number - 1];
  if (part === undefined || part.end - part.start !== sent.size) return false;
  return sent.checksum === undefined ? sent.etag === part.etag : sent.checksum === part.checksum;
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
