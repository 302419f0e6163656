import { createHash, verify, type X509Certificate } from "node:crypto";
import { refusal } from "../../errors.ts";
import { chainFault, chainFrom, faultWithin, isFor, nameOf } from "./chain.ts";
import type { ReadCms } from "./cms-reader.ts";
import { bytesOf, contentBytes, type Der, oidOf, timeOf } from "./der.ts";
import { oids } from "./oids.ts";
import { type ReadTimestamp, readTimestamp } from "./timestamp.ts";

/** Whom to believe. */
export interface Trust {
  /** Certificates that chains may end at, for signers and for timestamps. */
  readonly anchors: readonly X509Certificate[];
  /** The extended key usage that the signer's certificate has to name. */
  readonly usage: string;
}

interface Believed {
  readonly anchors: Trust["anchors"] | undefined;
  readonly usage: string;
}

/** A signature that was believed. */
export interface VerifiedCms {
  /** The signer's certificate first, each followed by its issuer's. */
  readonly chain: readonly X509Certificate[];
  /** When the signer says that it signed, in seconds since 1970. */
  readonly signedAt: number;
  /** When a trusted clock saw the signature; undefined where there is no timestamp. */
  readonly timestampedAt: number | undefined;
}

/** What a signature has to be one of. */
export interface Expected {
  readonly contentType: string;
  /** Content that is not embedded. */
  readonly detached?: Uint8Array;
  /** The type of the unsigned attribute that may hold a timestamp; no other one is taken. */
  readonly timestampAttribute: string;
}

/**
 * Verifies a signature over its content, its signer's chain up to an anchor, and its timestamp where it has one. The chain
 * has to hold when the signature was made: by the timestamp, else by the signer's own word. Refuses what does not agree as
 * SLW-FORMAT and whom nothing here trusts as SLW-KEY.
 */
export function verifyCms(cms: ReadCms, what: string, expected: Expected, { anchors, usage }: Trust): VerifiedCms {
  const refuse = (why: string) => refusal("SLW-FORMAT", `${what} is not valid: ${why}.`);
  const signedAt = checkContent(cms, expected, refuse);
  const token = cms.unsigned.get(expected.timestampAttribute);
  if (cms.unsigned.size > (token === undefined ? 0 : 1)) throw refuse("it has unsigned attributes of another kind");
  const timestampedAt =
    token && verifyTimestamp(token, cms.signature, `The timestamp of ${lower(what)}`, anchors).seenAt;
  const chain = checkTrust(cms, what, { anchors, usage }, timestampedAt ?? signedAt);
  return { chain, signedAt, timestampedAt };
}

/** Checks signature, type and digest; gives the time of signing. */
function checkContent(cms: ReadCms, { contentType, detached }: Expected, refuse: (why: string) => Error): number {
  const { attributes, digest } = cms;
  const content = cms.content === undefined ? detached : contentBytes(cms.content);
  if (content === undefined || (cms.content !== undefined && detached !== undefined)) {
    throw refuse("its content is not where it has to be");
  }
  if (cms.contentType !== contentType || oidOf(attributes.get(oids.contentType)) !== contentType) {
    throw refuse("it is a signature of another kind of content");
  }
  const promised = bytesOf(attributes.get(oids.messageDigest), "octets");
  if (promised === undefined || !createHash(digest).update(content).digest().equals(promised)) {
    throw refuse("it was made of other content");
  }
  if (!isSignedBy(cms)) throw refuse("its certificate's key did not make it");
  const signedAt = timeOf(attributes.get(oids.signingTime));
  if (signedAt === undefined) throw refuse("it does not say when it was made");
  return signedAt;
}

function isSignedBy({ digest, signedBytes, signer, signature }: ReadCms): boolean {
  try {
    return verify(digest, signedBytes, signer.publicKey, signature);
  } catch {
    return false;
  }
}

/** Checks who signed, and that nothing travels along that has no part in it; gives the chain. Without anchors, it may end anywhere. */
function checkTrust(cms: ReadCms, what: string, { anchors, usage }: Believed, at: number): readonly X509Certificate[] {
  const chain = chainFrom(cms.signer, cms.others);
  if (chain.length !== cms.others.length + 1) {
    throw refusal("SLW-FORMAT", `${what} is not valid: a certificate in it has no part in its signer's chain.`);
  }
  if (!isFor(cms.signer, usage)) {
    throw refusal("SLW-KEY", `${what} is by ${nameOf(cms.signer)}, whose extended key usage lacks ${usage}.`);
  }
  const fault = anchors === undefined ? faultWithin(chain, at) : chainFault(chain, anchors, at);
  if (fault !== undefined) throw refusal("SLW-KEY", `${what} ${fault}.`);
  return chain;
}

/**
 * Verifies that a token is a timestamp of this signature, signed by a certificate that may sign such and a chain that held at
 * its time: all that can be told without knowing which authorities to trust, which is for whoever reads the file to say.
 * Refuses (SLW-FORMAT, SLW-KEY) all else.
 */
export function verifyTimestampAlone(token: Uint8Array, signature: Uint8Array, what: string): ReadTimestamp {
  return verifyTimestamp(token, signature, what, undefined);
}

/** A timestamp is a signature too, whose content names the digest of what it saw (RFC 3161, section 2.4.2). */
function verifyTimestamp(
  token: Uint8Array | Der,
  signature: Uint8Array,
  what: string,
  anchors: Trust["anchors"] | undefined,
): ReadTimestamp {
  const read = readTimestamp(token, what);
  const { cms, digest, imprint, seenAt } = read;
  const refuse = (why: string) => refusal("SLW-FORMAT", `${what} is not valid: ${why}.`);
  if (!createHash(digest).update(signature).digest().equals(imprint)) throw refuse("it is one of another signature");
  checkContent(cms, { contentType: oids.timestampInfo, timestampAttribute: "" }, refuse);
  checkTrust(cms, what, { anchors, usage: oids.timeStamping }, seenAt);
  return read;
}

function lower(what: string): string {
  return what.charAt(0).toLowerCase() + what.slice(1);
}
