/** The part of S3's answers that tells of checksums (API Reference, "Checking object integrity"). */
export interface Checksums {
  readonly ChecksumSHA256?: string | undefined;
  readonly ChecksumType?: string | undefined;
  readonly ETag?: string | undefined;
}

/**
 * The SHA-256 that the service computed over all bytes of an object as it took them, in hex; undefined where it keeps none, or
 * one of the checksums of parts, which is no digest of anything.
 */
export function keptOf({ ChecksumSHA256: kept, ChecksumType: type, ETag: etag }: Checksums): string | undefined {
  if (kept === undefined || type === "COMPOSITE" || !/^[A-Za-z0-9+/]{43}=$/.test(kept)) return undefined;
  // Some services do not say of which kind it is; the ETag of what came in parts ends with their number.
  if (etag === undefined || /-\d+"?$/.test(etag)) return undefined;
  return Buffer.from(kept, "base64").toString("hex");
}

/** A digest as S3's headers have it. */
export function toBase64(sha256: string): string {
  return Buffer.from(sha256, "hex").toString("base64");
}
