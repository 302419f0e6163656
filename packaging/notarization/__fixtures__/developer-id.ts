import { createHash, createPrivateKey, sign, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import forge from "node-forge";
import { type SignatureShape, signedSlice } from "../../formats/macos/__fixtures__/code-signature.ts";
import type { MachOShape } from "../../formats/macos/__fixtures__/mach-o.ts";
import type { X509Signer } from "../../signing/signer.ts";
import { fixture, signedAt } from "../../signing/x509/__fixtures__/identities.ts";
import { timestampToken } from "../../signing/x509/__fixtures__/timestamp.ts";
import { signCms } from "../../signing/x509/cms.ts";
import { oids } from "../../signing/x509/oids.ts";

/** Identities whose certificates have the marks of Apple's, and signatures by them: nobody believes them. */

const pem = readFileSync(fixture("timestamper.key"), "utf8");
const key = createPrivateKey(pem);
export const marks = { application: "1.2.840.113635.100.6.1.13", installer: "1.2.840.113635.100.6.1.14" } as const;

/** An identity whose own certificate has this extension; undefined: none. */
export function identity(mark: string | undefined): X509Signer {
  const certificate = forge.pki.createCertificate();
  const privateKey = forge.pki.privateKeyFromPem(pem);
  certificate.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  certificate.serialNumber = "07";
  certificate.validity.notBefore = new Date("2020-01-01T00:00:00Z");
  certificate.validity.notAfter = new Date("2099-01-01T00:00:00Z");
  const name = [{ name: "commonName", value: "Slipway tests" }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: "keyUsage", critical: true, digitalSignature: true },
    ...(mark === undefined ? [] : [{ id: mark, critical: true, value: "\x05\x00" }]),
  ]);
  certificate.sign(privateKey, forge.md.sha256.create());
  const { raw } = new X509Certificate(forge.pki.certificateToPem(certificate));
  return {
    public: { kind: "apple-installer", fingerprint: "", certificates: [raw.toString("base64")] },
    size: 256,
    sign: (bytes, digest) => sign(digest, bytes, key),
  };
}

/** A CMS signature as code has it. */
export function codeCms(mark: string | undefined, timestamped = true): Buffer {
  const digest = createHash("sha256").update("a code directory").digest();
  const cms = signCms(identity(mark), { contentType: oids.data, digest, signedAt });
  const token = timestampToken(cms.signature, signedAt);
  return cms.bytes(timestamped ? { token, attribute: oids.timestampToken } : undefined);
}

/** A program as Apple wants it, but for what is changed. */
export function notarizable(slice: MachOShape = {}, shape: SignatureShape = {}): Buffer {
  return signedSlice(slice, { flags: 0x1_0000, cms: codeCms(marks.application), ...shape });
}
