import { generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from "node:crypto";
import forge from "node-forge";
import { sha256 } from "../../digest.ts";
import type { X509Public, X509Purpose } from "../signer.ts";
import { oids } from "./oids.ts";

/** An identity with the certificates of its own test authority, whose key is gone: nothing else is ever issued by it. */
export interface GeneratedIdentity {
  readonly public: X509Public;
  /** A PKCS#12 file in base64, and its password. */
  readonly secret: { readonly file: string; readonly password: string };
}

/** Named, not numbered: it is among the names that forge knows, and those it does not take by number. */
const codeSigning = "codeSigning";
const usages: Readonly<Record<X509Purpose, string>> = {
  "apple-installer": oids.appleInstaller,
  "apple-application": codeSigning,
  authenticode: codeSigning,
};
/** Apple's marks hold a NULL. */
const derNull = "\x05\x00";

/**
 * Test certificates hold from before any epoch that a manifest can have, so that signatures carry the epoch, and for longer
 * than a test stack lives.
 */
const validity = { notBefore: new Date("1980-01-01T00:00:00Z"), notAfter: new Date("2100-01-01T00:00:00Z") };

/**
 * A signing identity for a `dev` stack, issued by a test authority of its own that no machine trusts: `name` says so in both
 * certificates. RSA with 2048 bits.
 */
export function generateX509(purpose: X509Purpose, name: string): GeneratedIdentity {
  const [authority, own] = [rsa(), rsa()];
  const issuer = subject(`${name} test authority`);
  const root = certificate(authority.publicKey, issuer, issuer, authority.privateKey, [
    { name: "basicConstraints", critical: true, cA: true },
    { name: "keyUsage", critical: true, keyCertSign: true, cRLSign: true },
  ]);
  const leaf = certificate(own.publicKey, subject(`${name} test identity`), issuer, authority.privateKey, [
    { name: "basicConstraints", critical: true, cA: false },
    { name: "keyUsage", critical: true, digitalSignature: true },
    { name: "extKeyUsage", critical: true, [usages[purpose]]: true },
    ...(purpose === "apple-application" ? [{ id: oids.appleApplication, critical: true, value: derNull }] : []),
  ]);
  const password = randomBytes(24).toString("base64url");
  const p12 = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(pem(own.privateKey)), [leaf, root], password, {
    algorithm: "aes256",
  });
  const certificates = [leaf, root].map(derOf);
  return {
    public: {
      kind: purpose,
      fingerprint: sha256(certificates[0] ?? Buffer.alloc(0)),
      certificates: certificates.map((der) => der.toString("base64")),
    },
    secret: { file: binary(forge.asn1.toDer(p12)).toString("base64"), password },
  };
}

/** Node makes RSA keys a hundred times as fast as forge does. */
function rsa() {
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}

function subject(commonName: string): forge.pki.CertificateField[] {
  return [{ name: "commonName", value: commonName }];
}

function certificate(
  key: KeyObject,
  holder: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
  issuerKey: KeyObject,
  extensions: readonly object[],
): forge.pki.Certificate {
  const made = forge.pki.createCertificate();
  made.publicKey = forge.pki.publicKeyFromPem(`${key.export({ type: "spki", format: "pem" })}`);
  // Positive (RFC 5280, section 4.1.2.2): the first bit is 0.
  made.serialNumber = `01${randomBytes(15).toString("hex")}`;
  made.validity = { ...validity };
  made.setSubject(holder);
  made.setIssuer(issuer);
  made.setExtensions([...extensions]);
  made.sign(forge.pki.privateKeyFromPem(pem(issuerKey)), forge.md.sha256.create());
  return made;
}

function derOf(made: forge.pki.Certificate): Buffer {
  return new X509Certificate(binary(forge.asn1.toDer(forge.pki.certificateToAsn1(made)))).raw;
}

function pem(key: KeyObject): string {
  return `${key.export({ type: "pkcs8", format: "pem" })}`;
}

function binary(buffer: forge.util.ByteStringBuffer): Buffer {
  return Buffer.from(buffer.getBytes(), "latin1");
}
