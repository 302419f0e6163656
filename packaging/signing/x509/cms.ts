import { refusal } from "../../errors.ts";
import type { X509Signer } from "../signer.ts";
import {
  type Der,
  decodeDer,
  encodeDer,
  hasTag,
  inSequence,
  inSet,
  nothing,
  objectId,
  octetString,
  sequence,
  setOf,
  smallInteger,
  tagged,
  time,
} from "./der.ts";
import { oids } from "./oids.ts";

/** What a CMS signature is made of. */
export interface CmsContent {
  readonly contentType: string;
  /** SHA-256 of the content, 32 bytes. */
  readonly digest: Uint8Array;
  /** The content itself where it travels along. */
  readonly embedded?: Der;
  /** What the time of signing says, in seconds since 1970. */
  readonly signedAt: number;
  /** Signed attributes beside content type, digest and time. */
  readonly attributes?: readonly Der[];
}

/** A signature before a timestamp is attached: the timestamp is one of `signature`. */
export interface SignedCms {
  readonly signature: Uint8Array;
  /** The ContentInfo; with a timestamp, the DER of its token is put into the unsigned attribute of this type. */
  bytes(timestamp?: { readonly token: Uint8Array; readonly attribute: string }): Buffer;
}

/**
 * Signs as CMS does (RFC 5652, section 5): RSA with SHA-256 over signed attributes, with the signer's whole chain. Equal
 * contents and times give equal bytes.
 */
export function signCms(signer: X509Signer, content: CmsContent): SignedCms {
  const attributes = setOf(
    attribute(oids.contentType, objectId(content.contentType)),
    attribute(oids.signingTime, time(content.signedAt)),
    attribute(oids.messageDigest, octetString(content.digest)),
    ...(content.attributes ?? []),
  );
  const signature = signer.sign(encodeDer(attributes), "sha256");
  return {
    signature,
    bytes: (timestamp) => encodeDer(contentInfo(signer, content, { attributes, signature, timestamp })),
  };
}

/** An attribute with one value. */
export function attribute(type: string, value: Der): Der {
  return sequence(objectId(type), setOf(value));
}

/** SHA-256 and RSA as AlgorithmIdentifier: RFC 5754 asks readers to take it with NULL, and older ones want it. */
export const sha256Algorithm = (): Der => sequence(objectId(oids.sha256), nothing());
const rsaAlgorithm = (): Der => sequence(objectId(oids.rsaEncryption), nothing());

/** RFC 5652, section 5.1: 3 for content of a type of its own. Authenticode is PKCS#7, which knows version 1 only. */
export function versionOf(contentType: string): Der {
  return smallInteger(contentType === oids.timestampInfo ? 3 : 1);
}

/** Issuer and serial number as they are in a certificate (RFC 5280, section 4.1). */
export function issuerAndSerial(certificate: Der): Der {
  const [serial, , issuer] = inSequence(inSequence(certificate)[0]).filter((field) => !hasTag(field, 0));
  if (serial === undefined || issuer === undefined) throw refusal("SLW-FORMAT", "A certificate is damaged.");
  return sequence(issuer, serial);
}

interface Signed {
  readonly attributes: Der;
  readonly signature: Uint8Array;
  readonly timestamp: { readonly token: Uint8Array; readonly attribute: string } | undefined;
}

function contentInfo(signer: X509Signer, content: CmsContent, signed: Signed): Der {
  const certificates = signer.public.certificates.map((der) => decodeDer(Buffer.from(der, "base64"), "A certificate"));
  const [own] = certificates;
  if (own === undefined) throw refusal("SLW-KEY", "The signer has no certificate.");
  const { attributes, signature, timestamp } = signed;
  const signerInfo = sequence(
    smallInteger(1),
    issuerAndSerial(own),
    sha256Algorithm(),
    tagged(0, ...inSet(attributes)),
    rsaAlgorithm(),
    octetString(signature),
    ...(timestamp === undefined
      ? []
      : [tagged(1, attribute(timestamp.attribute, decodeDer(timestamp.token, "The timestamp")))]),
  );
  const embedded = content.embedded === undefined ? [] : [tagged(0, content.embedded)];
  const signedData = sequence(
    versionOf(content.contentType),
    setOf(sha256Algorithm()),
    sequence(objectId(content.contentType), ...embedded),
    // Not in the order of a SET OF: readers take the first one for the signer's.
    tagged(0, ...certificates),
    setOf(signerInfo),
  );
  return sequence(objectId(oids.signedData), tagged(0, signedData));
}
