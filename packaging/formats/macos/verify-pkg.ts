import { verify, type X509Certificate } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { collect } from "../../containers/member-content.ts";
import { refusal } from "../../errors.ts";
import { readCms } from "../../signing/x509/cms-reader.ts";
import { leadingSequence } from "../../signing/x509/der.ts";
import { oids } from "../../signing/x509/oids.ts";
import { type VerifiedCms, verifyCms } from "../../signing/x509/verify-cms.ts";
import type { RsaForm } from "./sign-xar.ts";
import { readStapledTicket } from "./stapled-ticket.ts";
import { openXar, type ReadXar, type ReadXarSignature } from "./xar-reader.ts";
import { signatureElements } from "./xar-toc.ts";

/** A signed package that was believed. */
export interface VerifiedPkg extends VerifiedCms {
  readonly rsaForm: RsaForm;
  /** The notary ticket where one is stapled to it, as it is: whether it is Apple's, and of this package, is not looked at. */
  readonly ticket?: Buffer;
}

/** No signature with its timestamp is near it. */
const largestSignature = 1 << 20;

/**
 * Verifies a signed package: the table of contents against its checksum, both signatures against that one, with a chain that
 * leads to one of the anchors, and every file against its checksums. Refuses (SLW-FORMAT, SLW-KEY) a package that is damaged,
 * has not exactly these two signatures, or is signed by somebody whom no anchor vouches for.
 */
export async function verifyPkg(
  file: FileHandle,
  size: number,
  anchors: readonly X509Certificate[],
): Promise<VerifiedPkg> {
  const stapled = await readStapledTicket(file, size);
  const xar = await openXar(file, stapled.size);
  const [rsa, cms, ...more] = xar.signatures;
  if (!isOf("RSA", rsa) || !isOf("CMS", cms) || more.length > 0) {
    throw refuse(xar.signatures.length === 0 ? "it is not signed" : "it has not one RSA and one CMS signature");
  }
  const signature = readCms(await contentOfCms(cms), "The CMS signature of the package");
  const expected = { contentType: oids.data, detached: xar.checksum, timestampAttribute: oids.timestampToken };
  const trust = { anchors, usage: oids.appleInstaller };
  const verified = verifyCms(signature, "The CMS signature of the package", expected, trust);
  for (const { certificates } of [rsa, cms]) {
    if (!sameChain(certificates, verified.chain)) throw refuse("its table of contents names other certificates");
  }
  const rsaForm = await rsaFormOf(rsa, xar, signature.signer);
  // The files come last: only a table that is believed says how large they may be.
  for (const { content } of xar.members) for await (const _ of content());
  return { ...verified, rsaForm, ...(stapled.ticket && { ticket: stapled.ticket }) };
}

function isOf(style: keyof typeof signatureElements, signature?: ReadXarSignature): signature is ReadXarSignature {
  if (signature?.element !== signatureElements[style] || signature.style !== style) return false;
  return signature.length <= largestSignature;
}

/** The signature's own bytes; what fills up its room has to be zeros. */
async function contentOfCms(cms: ReadXarSignature): Promise<Buffer> {
  const bytes = await collect(cms.content());
  const signature = leadingSequence(bytes, "The CMS signature of the package");
  if (bytes.subarray(signature.length).some((byte) => byte !== 0)) {
    throw refuse("its CMS signature is followed by other bytes");
  }
  return signature;
}

async function rsaFormOf(
  rsa: ReadXarSignature,
  { checksum, packedToc }: ReadXar,
  { publicKey }: X509Certificate,
): Promise<RsaForm> {
  const bytes = await collect(rsa.content());
  if (publicKey.asymmetricKeyType === "rsa") {
    if (verify("sha256", checksum, publicKey, bytes)) return "sha256-of-checksum";
    // The checksum as digest; only where it is a SHA-1, which is what the TOC checksum is in practice.
    if (checksum.length === 20 && verify("sha1", packedToc, publicKey, bytes)) return "checksum-as-digest";
  }
  throw refuse("its RSA signature is not one of its table of contents by the certificate's key");
}

function sameChain(certificates: readonly Buffer[], chain: readonly X509Certificate[]): boolean {
  return certificates.length === chain.length && chain.every(({ raw }, at) => certificates[at]?.equals(raw));
}

function refuse(what: string): Error {
  return refusal("SLW-FORMAT", `The macOS package is not validly signed: ${what}.`);
}
