import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KeySource, X509Purpose, X509Signer } from "../../signer.ts";
import { openX509 } from "../identity.ts";

const folder = import.meta.dirname;

/** When test signatures are made. */
export const signedAt = 1_700_000_000;
export const password: KeySource = { kind: "state", secret: "correct horse" };

/** A PKCS#12 file of this folder (make.sh has made it) as a state holds it: in a checkout everybody may read the file. */
export function p12(name: string): KeySource {
  return { kind: "state", secret: readFileSync(join(folder, `${name}.p12`)).toString("base64") };
}

export function testSigner(purpose: X509Purpose): Promise<X509Signer> {
  return openX509(purpose, { file: p12(purpose === "apple-installer" ? "installer" : purpose), password }, signedAt);
}

/** The file of a certificate or key of this folder: `root.pem`. */
export const fixture = (name: string) => join(folder, name);
export const root = new X509Certificate(readFileSync(fixture("root.pem")));
