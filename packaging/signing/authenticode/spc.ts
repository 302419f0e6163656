import { createHash, type X509Certificate } from "node:crypto";
import { refusal } from "../../errors.ts";
import type { X509Signer } from "../signer.ts";
import { attribute, sha256Algorithm, signCms } from "../x509/cms.ts";
import { readCms } from "../x509/cms-reader.ts";
import {
  contentBytes,
  type Der,
  inSequence,
  noBits,
  objectId,
  octetString,
  oidOf,
  sameDer,
  sequence,
  smallInteger,
  tagged,
  taggedBytes,
} from "../x509/der.ts";
import { oids } from "../x509/oids.ts";
import { requireTimestampOf } from "../x509/timestamp.ts";
import { type VerifiedCms, verifyCms } from "../x509/verify-cms.ts";

/** Object identifiers of "Windows Authenticode Portable Executable Signature Format" (Microsoft, 2008). */
const spc = {
  indirectData: "1.3.6.1.4.1.311.2.1.4",
  statementType: "1.3.6.1.4.1.311.2.1.11",
  opusInfo: "1.3.6.1.4.1.311.2.1.12",
  individualSigning: "1.3.6.1.4.1.311.2.1.21",
  /** Unsigned: a timestamp of RFC 3161. */
  timestamp: "1.3.6.1.4.1.311.3.3.1",
} as const;

/** What a signature says that it is of: a program, or a package for Windows Installer. */
export type SignedKind = "program" | "installer";

const kinds = {
  program: "1.3.6.1.4.1.311.2.1.15",
  installer: "1.3.6.1.4.1.311.2.1.30",
} as const satisfies Record<SignedKind, string>;

export interface AuthenticodeSigning {
  readonly signer: X509Signer;
  /** The time of signing, in seconds since 1970: it is in the bytes. */
  readonly signedAt: number;
  /** What Windows calls the program when it asks whether it may run; an .msi it calls by a made-up name otherwise. */
  readonly description: string;
  /** The token of an RFC 3161 timestamp of the signature, asked for before and kept. */
  readonly timestamp?: Uint8Array;
}

export interface SignedAuthenticode {
  /** The PKCS#7 SignedData. */
  readonly bytes: Buffer;
  /** The signature's own bytes: what a timestamp has to be of. */
  readonly signature: Uint8Array;
}

/** Signs the SHA-256 of a file as Authenticode defines it. Equal digests, identities and times give equal bytes. */
export function signAuthenticode(
  kind: SignedKind,
  fileDigest: Uint8Array,
  { signer, signedAt, description, timestamp }: AuthenticodeSigning,
): SignedAuthenticode {
  const embedded = sequence(sequence(objectId(kinds[kind]), subjectOf(kind)), digestInfo(fileDigest));
  const cms = signCms(signer, {
    contentType: spc.indirectData,
    digest: createHash("sha256").update(contentBytes(embedded)).digest(),
    embedded,
    signedAt,
    attributes: [
      attribute(spc.statementType, sequence(objectId(spc.individualSigning))),
      attribute(spc.opusInfo, sequence(tagged(0, unicodeString(description)))),
    ],
  });
  if (timestamp !== undefined) requireTimestampOf(cms.signature, timestamp);
  const bytes = cms.bytes(timestamp && { token: timestamp, attribute: spc.timestamp });
  return { bytes, signature: cms.signature };
}

/** Verifies a signature over the SHA-256 of a file; `what` names it: `The signature of the program`. See `verifyCms`. */
export function verifyAuthenticode(
  kind: SignedKind,
  bytes: Uint8Array,
  fileDigest: Uint8Array,
  what: string,
  anchors: readonly X509Certificate[],
): VerifiedCms {
  const cms = readCms(bytes, what);
  const expected = { contentType: spc.indirectData, timestampAttribute: spc.timestamp };
  const verified = verifyCms(cms, what, expected, { anchors, usage: oids.codeSigning });
  const [subject, digest, ...more] = inSequence(cms.content);
  if (more.length > 0 || oidOf(inSequence(subject)[0]) !== kinds[kind]) {
    throw refusal("SLW-FORMAT", `${what} is not valid: it is one of another kind of file.`);
  }
  if (!sameDer(digest, digestInfo(fileDigest))) {
    throw refusal("SLW-FORMAT", `${what} is not valid: the file has other bytes than when it was signed.`);
  }
  return verified;
}

function digestInfo(digest: Uint8Array): Der {
  return sequence(sha256Algorithm(), octetString(digest));
}

/** {000C10F1-0000-0000-C000-000000000046} as it is stored: who on Windows computes the digest of an .msi. */
const installerSubject = Buffer.from("f1100c0000000000c000000000000046", "hex");

/** What Windows wants beside the digest, always the same: SpcPeImageData (section "SpcPeImageData") or SpcSipInfo. */
function subjectOf(kind: SignedKind): Der {
  if (kind === "program") return sequence(noBits(), tagged(0, tagged(2, unicodeString("<<<Obsolete>>>"))));
  const zeros = Array.from({ length: 5 }, () => smallInteger(0));
  return sequence(smallInteger(1), octetString(installerSubject), ...zeros);
}

/** SpcString: a BMPString, which is UTF-16 with the high byte first, under an implicit tag. */
function unicodeString(text: string): Der {
  return taggedBytes(0, Buffer.from(text, "utf16le").swap16());
}
