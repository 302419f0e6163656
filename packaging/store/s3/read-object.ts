import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { refusal, type SlipwayError } from "../../errors.ts";
import { Interrupted } from "../../payload/download/interrupted.ts";
import type { S3Bucket } from "./bucket.ts";
import { keptOf } from "./checksum.ts";
import { nameOf, statusOf } from "./failure.ts";

/** How often bytes are read that are not those of the digest kept of them, until they are taken for what is there. */
const readings = 3;

/** What the service says of an object without its bytes. */
export interface Looked {
  readonly size: number;
  readonly etag: string;
  /** The digest that the service keeps of it. */
  readonly kept: string | undefined;
  /** Who wrote it, where that was said (put-object.ts). */
  readonly writer: string | undefined;
}

/** Asks for an object's facts; undefined where there is none. */
export async function lookAt(bucket: S3Bucket, path: string): Promise<Looked | undefined> {
  const at = bucket.at(path);
  return bucket.ask("read", path, async ({ aws, client }) => {
    const found = await absentAs404(client.send(new aws.HeadObjectCommand({ ...at, ChecksumMode: "ENABLED" })));
    if (found === undefined) return undefined;
    const { ContentLength: size = 0, ETag: etag = "", Metadata } = found;
    return { size, etag, kept: keptOf(found), writer: Metadata?.["writer"] };
  });
}

/** What a whole object turned out to be. */
export interface Came<T> {
  readonly taken: T;
  readonly size: number;
  /** Of the bytes that came. */
  readonly sha256: string;
  readonly etag: string;
  /** False where the service keeps another digest of it than that of the bytes it gives, each time it is asked: then it is damaged. */
  readonly whole: boolean;
}

/**
 * Reads an object to its end; `take` gets its size and its bytes in pieces, anew with each attempt. What came short or is not
 * what the service keeps a digest of is read again, for it may have been changed on the way. Undefined where there is none.
 */
export async function readObject<T>(
  bucket: S3Bucket,
  verb: string,
  path: string,
  take: (pieces: AsyncIterable<Buffer>, size: number) => Promise<T>,
): Promise<Came<T> | undefined> {
  const at = bucket.at(path);
  return bucket.ask(verb, path, async ({ aws, client }, attempt) => {
    const found = await absentAs404(client.send(new aws.GetObjectCommand(at)));
    if (found === undefined) return undefined;
    const body = found.Body as Readable;
    const hash = createHash("sha256");
    let size = 0;
    const counted = async function* () {
      for await (const piece of body as AsyncIterable<Buffer>) {
        hash.update(piece);
        size += piece.length;
        yield piece;
      }
    };
    try {
      const promised = found.ContentLength;
      // Nothing else tells an object that came whole from one whose end was lost.
      if (promised === undefined) throw withoutLength(bucket, path);
      const taken = await take(counted(), promised);
      if (size !== promised) throw new Interrupted(`${size} of ${promised} bytes came`);
      const sha256 = hash.digest("hex");
      const kept = keptOf(found);
      const whole = kept === undefined || kept === sha256;
      if (!whole && attempt < readings) {
        throw new Interrupted(`bytes with SHA-256 ${sha256} came, and ${kept} is kept of it`);
      }
      return { taken, size, sha256, etag: found.ETag ?? "", whole };
    } finally {
      body.destroy();
    }
  });
}

function withoutLength(bucket: S3Bucket, path: string): SlipwayError {
  return refusal("SLW-STORE", `${path} in the bucket ${bucket.shown} was answered without its length.`, {
    hint: "Something between here and the service takes Content-Length away: reach the service itself.",
  });
}

/** SHA-256 of an object's bytes, read to their end; undefined where there is none. */
export async function digestOf(bucket: S3Bucket, path: string): Promise<string | undefined> {
  return (await readObject(bucket, "read", path, drain))?.sha256;
}

/** Reads for the digest alone. */
export async function drain(pieces: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of pieces);
}

/** A missing object is an answer; a missing bucket, which the answer to HEAD does not tell from it, is none. */
async function absentAs404<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (statusOf(error) === 404 && nameOf(error) !== "NoSuchBucket") return undefined;
    throw error;
  }
}
