import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import forge from "node-forge";

/** An offline recovery key as openssl would make it: for tests, and forgotten after them. */
export interface RecoveryKey {
  /** X.509 in PEM. */
  readonly certificate: string;
  /** PKCS#8 in PEM, not encrypted. */
  readonly privateKey: string;
  /** SHA-256 of the certificate as base64url (RFC 7515, section 4.1.8). */
  readonly thumbprint: string;
}

export function makeRecoveryKey(bits: number): RecoveryKey {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const key = forge.pki.privateKeyFromPem(privateKey.export({ format: "pem", type: "pkcs1" }).toString());
  const certificate = forge.pki.createCertificate();
  certificate.serialNumber = "01";
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e);
  certificate.validity.notBefore = new Date("2025-01-01T00:00:00Z");
  certificate.validity.notAfter = new Date("2099-01-01T00:00:00Z");
  certificate.setSubject([{ name: "commonName", value: "Runtime recovery" }]);
  certificate.setIssuer([{ name: "commonName", value: "Runtime recovery" }]);
  certificate.sign(key, forge.md.sha256.create());
  const pem = forge.pki.certificateToPem(certificate).replaceAll("\r\n", "\n");
  return {
    certificate: pem,
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    thumbprint: createHash("sha256").update(new X509Certificate(pem).raw).digest("base64url"),
  };
}
