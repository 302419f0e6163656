import { createHash } from "node:crypto";
import { refusal } from "../../errors.ts";
import { type ReadCms, readCms } from "./cms-reader.ts";
import { bytesOf, type Der, decodeDer, encodeDer, inSequence, oidOf, timeOf } from "./der.ts";
import { digests } from "./oids.ts";

/** A timestamp (RFC 3161), read and not believed yet. */
export interface ReadTimestamp {
  readonly cms: ReadCms;
  readonly digest: "sha256" | "sha384" | "sha512";
  /** The digest of what was seen. */
  readonly imprint: Buffer;
  /** When, in seconds since 1970. */
  readonly seenAt: number;
  /** What whoever asked for it sent along to know its answer by. */
  readonly nonce: Buffer | undefined;
}

/** Reads a timestamp's token: the DER of a SignedData around a TSTInfo (section 2.4.2). Refuses (SLW-FORMAT) all else. */
export function readTimestamp(token: Uint8Array | Der, what: string): ReadTimestamp {
  const cms = readCms(token instanceof Uint8Array ? token : encodeDer(token), what);
  const info = bytesOf(cms.content, "octets");
  const [, , messageImprint, , genTime, ...optional] = info === undefined ? [] : inSequence(decodeDer(info, what));
  const [algorithm, hashed] = inSequence(messageImprint);
  const digest = digests.get(oidOf(inSequence(algorithm)[0]) ?? "");
  const imprint = bytesOf(hashed, "octets");
  const seenAt = timeOf(genTime);
  if (digest === undefined || imprint === undefined || seenAt === undefined) {
    throw refusal("SLW-FORMAT", `${what} cannot be read: it has no time, or no digest that is known here.`);
  }
  // Accuracy and ordering may stand before it; it alone is an INTEGER.
  const [nonce] = optional.flatMap((field) => bytesOf(field, "integer") ?? []);
  return { cms, digest, imprint, seenAt, nonce };
}

/** Refuses (SLW-KEY) a token that is none of this signature. Whether its clock is to be trusted is for readers to say. */
export function requireTimestampOf(signature: Uint8Array, token: Uint8Array): void {
  const { digest, imprint } = readTimestamp(token, "The timestamp");
  if (createHash(digest).update(signature).digest().equals(imprint)) return;
  throw refusal("SLW-KEY", "The timestamp that is kept is one of another signature.", {
    hint: "Content, certificate or time of signing have changed since it was asked for: ask for a new one.",
  });
}
