import { X509Certificate } from "node:crypto";
import { sha256 } from "../../digest.ts";
import { refusal } from "../../errors.ts";
import type { X509Public, X509Purpose } from "../signer.ts";
import { chainFrom } from "./chain.ts";

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The public half of an identity: the first certificate of a text in PEM, and its issuers among the others. `where` names the
 * text in the refusal (SLW-KEY) of one that holds no certificate.
 */
export function x509Public(purpose: X509Purpose, pem: string, where: string): X509Public {
  const [own, ...others] = (pem.match(block) ?? []).map((text) => certificateOf(text, where));
  if (own === undefined) throw noCertificate(where);
  const chain = chainFrom(own, others);
  return {
    kind: purpose,
    fingerprint: sha256(own.raw),
    certificates: chain.map(({ raw }) => raw.toString("base64")),
  };
}

/** The certificate that a chain ends with, in PEM: what a verifier has to trust. */
export function anchorOf({ certificates }: X509Public): string {
  return new X509Certificate(Buffer.from(certificates.at(-1) ?? "", "base64")).toString();
}

function certificateOf(text: string, where: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw noCertificate(where);
  }
}

function noCertificate(where: string): Error {
  return refusal("SLW-KEY", `Certificates in PEM were expected in ${where}, but it holds something else.`, {
    hint: "openssl pkcs12 -in identity.p12 -nokeys writes them, the signer's own first.",
  });
}
