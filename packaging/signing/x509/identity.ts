import { type KeyObject, sign, type X509Certificate } from "node:crypto";
import { sha256 } from "../../digest.ts";
import { refusal } from "../../errors.ts";
import { resolveKeyBytes, resolveKeySource } from "../key-source.ts";
import type { KeySource, X509Public, X509Purpose, X509Signer } from "../signer.ts";
import { chainFault, chainFrom, isFor, isRoot, nameOf, validityFault } from "./chain.ts";
import { decodeDer, oidsOfExtensions } from "./der.ts";
import { oids } from "./oids.ts";
import { openPkcs12 } from "./pkcs12.ts";

/**
 * The extended key usage that a certificate for this purpose has, what such a certificate is called, and the extension that
 * tells it from others with the same usage.
 */
interface Purpose {
  readonly usage: string;
  readonly name: string;
  readonly extension?: string;
}

const purposes: Readonly<Record<X509Purpose, Purpose>> = {
  "apple-installer": { usage: oids.appleInstaller, name: "a Developer ID Installer certificate" },
  "apple-application": {
    usage: oids.codeSigning,
    name: "a Developer ID Application certificate",
    extension: oids.appleApplication,
  },
  authenticode: { usage: oids.codeSigning, name: "a code signing certificate" },
};

const leastBits = 2048;

/** Where an identity is: a PKCS#12 file and its password. */
export interface Pkcs12Source {
  readonly file: KeySource;
  readonly password: KeySource;
}

/** An identity with its private key: for signers alone. */
export interface OpenIdentity {
  readonly public: X509Public;
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
}

/** Opens a signing identity (see `openIdentity`) as a signer, which keeps the key to itself. */
export async function openX509(purpose: X509Purpose, source: Pkcs12Source, at: number): Promise<X509Signer> {
  const { public: own, key } = await openIdentity(purpose, source, at);
  return { public: own, size: bitsOf(key) / 8, sign: (signed, digest) => sign(digest, signed, key) };
}

/**
 * Opens a signing identity: one RSA key with its certificate and chain, in a PKCS#12 file. Refuses (SLW-KEY) a wrong
 * password, a file without key or chain, and a certificate that is for another purpose or does not hold at `at` (seconds
 * since 1970, the time that signatures will carry).
 */
export async function openIdentity(
  purpose: X509Purpose,
  { file, password }: Pkcs12Source,
  at: number,
): Promise<OpenIdentity> {
  const { bytes, where } = await resolveKeyBytes(file);
  const { text } = await resolveKeySource(password, "password");
  // An editor ends a file's last line; no password does.
  const { keys, certificates } = openPkcs12(bytes, text.replace(/\r?\n$/, ""), where);
  const key = onlyKey(keys, where);
  const own = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (own === undefined) throw refuse(where, "has no certificate for its private key");
  const others = certificates.filter((certificate) => certificate !== own);
  const chain = chainFrom(own, others);
  checkCertificate(purpose, chain, where, at);
  return {
    public: {
      kind: purpose,
      fingerprint: sha256(own.raw),
      certificates: chain.map(({ raw }) => raw.toString("base64")),
    },
    key,
    certificate: own,
  };
}

function onlyKey(keys: readonly KeyObject[], where: string): KeyObject {
  const [key, ...more] = keys;
  if (key === undefined) throw refuse(where, "has certificates and no private key", "Export it with its private key.");
  if (more.length > 0) throw refuse(where, `has ${keys.length} private keys`, "Export one identity alone.");
  const bits = bitsOf(key);
  if (key.asymmetricKeyType === "rsa" && bits >= leastBits && bits % 8 === 0) return key;
  const kind = key.asymmetricKeyType === "rsa" ? `RSA with ${bits} bits` : `${key.asymmetricKeyType}`;
  throw refuse(where, `has a private key of a kind (${kind}) that cannot sign here`, "RSA of 2048 bits or more can.");
}

function checkCertificate(purpose: X509Purpose, chain: readonly X509Certificate[], where: string, at: number): void {
  const [own, ...issuers] = chain;
  if (own === undefined) return;
  const { usage, name, extension } = purposes[purpose];
  const whose = `The certificate of ${nameOf(own)} in ${where}`;
  if (!isFor(own, usage)) {
    throw refusal("SLW-KEY", `${whose} is not for this: its extended key usage lacks ${usage}.`, {
      hint: `It has to be ${name}.`,
    });
  }
  if (extension !== undefined && !oidsOfExtensions(decodeDer(own.raw, whose)).has(extension)) {
    throw refusal("SLW-KEY", `${whose} is not for this: it lacks the extension ${extension}.`, {
      hint: `It has to be ${name}.`,
    });
  }
  if (issuers.length === 0 && !isRoot(own)) {
    throw refuse(where, `lacks the certificate of who issued ${nameOf(own)}`, "Export the identity with its chain.");
  }
  const expired = validityFault(own, at);
  if (expired !== undefined) throw refusal("SLW-KEY", `${whose} ${expired}.`);
  const last = chain.at(-1);
  const fault = last === undefined || !isRoot(last) ? undefined : chainFault(chain, [last], at);
  if (fault !== undefined) throw refusal("SLW-KEY", `${whose} ${fault}.`);
}

function bitsOf(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0;
}

function refuse(where: string, what: string, hint?: string): Error {
  return refusal("SLW-KEY", `The PKCS#12 file in ${where} ${what}.`, { hint });
}
