import { sha256 } from "../../digest.ts";
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
 * Asks whether these credentials may write at `path`, where no object is, and means to write nothing: the write is bound to the
 * ETag of an object that is not there (404 or 412; S3 User Guide, "Conditional requests"), and to the checksum of other bytes.
 * Permissions are looked at before either. Needs what each replacement of an object needs: s3:PutObject and s3:GetObject.
 * Gives false where they may, and true where the service looks at neither and has written it.
 * @throws SlipwayError SLW-STORE where they may not, and where the service cannot be asked.
 */
export async function askWrite(bucket: S3Bucket, path: string): Promise<boolean> {
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
  return bucket.ask("write", path, async ({ aws, client }) => {
    try {
      await client.send(new aws.PutObjectCommand(input));
      return true;
    } catch (error) {
      if (refusedByCondition(error) || otherBytes.has(nameOf(error) ?? "")) return false;
      throw error;
    }
  });
}
