import { sha256 } from "../../digest.ts";
import { refusal } from "../../errors.ts";
import type { S3Bucket } from "./bucket.ts";
import { toBase64 } from "./checksum.ts";
import { nameOf, refusedByCondition } from "./failure.ts";

/** An MD5 that nothing is known to have: the ETag of no object. */
const nothingsEtag = `"${"0".repeat(32)}"`;
const says =
  "Slipway asked whether it may write here, by a write that no service may carry out. This one did: remove this object.\n";

/** What services call bytes that are not those of their checksum. */
const otherBytes: ReadonlySet<string> = new Set(["BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch"]);

/**
 * Asks whether these credentials may write at `path`, where no object is, and writes nothing: the write is bound to the ETag of
 * an object that is not there (404 or 412; S3 User Guide, "Conditional requests"), and to the checksum of other bytes.
 * Permissions are looked at before either. Needs what each replacement of an object needs: s3:PutObject and s3:GetObject.
 * @throws SlipwayError SLW-STORE where they may not, where the service cannot be asked, and where it wrote all the same.
 */
export async function askWrite(bucket: S3Bucket, path: string): Promise<void> {
  const Body = Buffer.from(says);
  const input = {
    ...bucket.at(path),
    Body,
    ContentLength: Body.length,
    ContentType: "text/plain; charset=utf-8",
    IfMatch: nothingsEtag,
    ChecksumAlgorithm: "SHA256" as const,
    ChecksumSHA256: toBase64(sha256("")),
  };
  const isWritten = await bucket.ask("write", path, async ({ aws, client }) => {
    try {
      await client.send(new aws.PutObjectCommand(input));
      return true;
    } catch (error) {
      if (refusedByCondition(error) || otherBytes.has(nameOf(error) ?? "")) return false;
      throw error;
    }
  });
  if (!isWritten) return;
  throw refusal(
    "SLW-STORE",
    `${path} was written into the bucket ${bucket.shown} under a condition that does not hold: the service looks neither at ` +
      "If-Match nor at checksums.",
    {
      hint: `Remove ${path} there, and use a service with conditional writes: on this one, two updates at once lose what one of them writes.`,
    },
  );
}
