import { randomBytes } from "node:crypto";
import forge from "node-forge";
import type { OpenIdentity } from "./identity.ts";

/** A PKCS#12 file that is made for one run of another program, and the password of this one file. */
export interface HandedIdentity {
  readonly file: Buffer;
  readonly password: string;
}

/**
 * An identity as rcodesign reads it: one key with its own certificate alone, in 3DES. It knows neither the AES that openssl
 * writes, nor which of several certificates is the key's: it takes the last (apple-codesign, `parse_pfx_data`), so a file with
 * its chain would sign in the name of an authority. Apple's chain it adds by itself. RFC 7292.
 */
export function handedIdentity({ key, certificate }: OpenIdentity): HandedIdentity {
  const password = randomBytes(24).toString("base64url");
  const { pki, pkcs12, asn1 } = forge;
  const tree = pkcs12.toPkcs12Asn1(
    pki.privateKeyFromPem(`${key.export({ type: "pkcs8", format: "pem" })}`),
    [pki.certificateFromPem(certificate.toString())],
    password,
    { algorithm: "3des" },
  );
  return { file: Buffer.from(asn1.toDer(tree).getBytes(), "latin1"), password };
}
