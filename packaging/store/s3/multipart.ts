import { createReadStream } from "node:fs";
import { refusal } from "../../errors.ts";
import { sideBySide } from "../../side-by-side.ts";
import type { FileBytes } from "../store.ts";
import type { S3Bucket } from "./bucket.ts";
import { nameOf, refusedByCondition } from "./failure.ts";
import { objectHeaders } from "./object-headers.ts";
import { isPartOf, type Part, partsOf, type SentPart, sentParts } from "./parts.ts";
import type { Condition } from "./put-object.ts";
import { digestOf } from "./read-object.ts";
import { withStream } from "./with-stream.ts";

/** Parts that are sent side by side. */
const partsAtOnce = 4;

/**
 * Writes an object of more bytes than one request takes. The service checks each part's SHA-256, and puts the object under
 * its name with the last request. It keeps no digest of the whole: that is made sure of by reading it back. Parts that an
 * upload which died has left are not sent again. False where the condition does not hold.
 * @throws SlipwayError SLW-STORE-DAMAGED where the object is not what was sent.
 */
export async function putInParts(
  bucket: S3Bucket,
  path: string,
  source: FileBytes,
  condition: Condition,
): Promise<boolean> {
  const parts = await partsOf(source, path, bucket.policy.part);
  const begun = (await unfinished(bucket, path, parts)) ?? { id: await begin(bucket, path), sent: [] };
  const there = new Set(begun.sent.map(({ number }) => number));
  const missing = parts.filter(({ number }) => !there.has(number));
  await sideBySide(missing, partsAtOnce, (part) => sendPart(bucket, path, source, begun.id, part));
  const completed = await complete(bucket, path, begun.id, parts, condition);
  const found = await digestOf(bucket, path);
  // The answer to an earlier attempt may have been lost, or somebody else wrote the same.
  if (found === source.sha256) return true;
  if (!completed) return false;
  throw refusal(
    "SLW-STORE-DAMAGED",
    `${path} in the bucket ${bucket.shown} was sent with SHA-256 ${source.sha256}, and reads as ${found ?? "nothing"}.`,
    { hint: "Nothing names it yet. Remove it there, see what the service did with it, then run again." },
  );
}

interface Begun {
  readonly id: string;
  readonly sent: readonly SentPart[];
}

/** An upload of this object that nobody finished, all of whose parts are parts of this file; the one with the most. */
async function unfinished(bucket: S3Bucket, path: string, parts: readonly Part[]): Promise<Begun | undefined> {
  const { Bucket, Key } = bucket.at(path);
  const listed = await bucket.ask("list the unfinished uploads of", path, async ({ aws, client }) => {
    // Those of other objects whose names begin with this one's come after it.
    return (await client.send(new aws.ListMultipartUploadsCommand({ Bucket, Prefix: Key }))).Uploads ?? [];
  });
  let most: Begun | undefined;
  for (const { Key: key, UploadId: id } of listed) {
    const sent = key === Key && id !== undefined ? await sentParts(bucket, path, id) : undefined;
    if (id === undefined || sent === undefined || !sent.every((one) => isPartOf(one, parts))) continue;
    if (sent.length > (most?.sent.length ?? 0)) most = { id, sent };
  }
  return most;
}

async function begin(bucket: S3Bucket, path: string): Promise<string> {
  return bucket.ask("begin the upload of", path, async ({ aws, client }) => {
    const input = { ...bucket.at(path), ...objectHeaders(path), ChecksumAlgorithm: "SHA256" } as const;
    const { UploadId: id } = await client.send(new aws.CreateMultipartUploadCommand(input));
    if (id === undefined) throw new Error("the service gave the upload no id");
    return id;
  });
}

async function sendPart(bucket: S3Bucket, path: string, { file }: FileBytes, id: string, part: Part): Promise<void> {
  const { number, start, end, checksum } = part;
  const named = { ...bucket.at(path), UploadId: id, PartNumber: number, ContentLength: end - start };
  const input = { ...named, ChecksumAlgorithm: "SHA256", ChecksumSHA256: checksum } as const;
  await bucket.ask(`write part ${number} of`, path, ({ aws, client }) =>
    withStream(createReadStream(file, { start, end: end - 1, highWaterMark: 1 << 20 }), (Body, abortSignal) =>
      client.send(new aws.UploadPartCommand({ ...input, Body }), { abortSignal }),
    ),
  );
}

/** False where the condition does not hold, or the upload was finished already. */
async function complete(
  bucket: S3Bucket,
  path: string,
  id: string,
  parts: readonly Part[],
  condition: Condition,
): Promise<boolean> {
  const etags = new Map((await sentParts(bucket, path, id))?.map(({ number, etag }) => [number, etag]));
  const Parts = parts.map(({ number, checksum }) => ({
    PartNumber: number,
    ChecksumSHA256: checksum,
    ETag: etags.get(number),
  }));
  const input = { ...bucket.at(path), ...condition, UploadId: id, MultipartUpload: { Parts } };
  return bucket.ask("finish the upload of", path, async ({ aws, client }) => {
    try {
      await client.send(new aws.CompleteMultipartUploadCommand(input));
      return true;
    } catch (error) {
      if (refusedByCondition(error) || nameOf(error) === "NoSuchUpload") return false;
      throw error;
    }
  });
}
