import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import forge from "node-forge";
import { refusal } from "../../errors.ts";
import { type Der, encodeDer } from "./der.ts";

/** What is in a PKCS#12 file, in its own order. */
export interface Pkcs12 {
  readonly keys: readonly KeyObject[];
  readonly certificates: readonly X509Certificate[];
}

/**
 * Opens a PKCS#12 file (RFC 7292), in the older encryptions (RC2 and 3DES, as Keychain Access exports) and the newer ones
 * (PBES2 with AES, as openssl 3). `where` says in refusals (SLW-KEY) where the file is; neither the file's bytes nor the
 * password are ever part of one.
 */
export function openPkcs12(bytes: Uint8Array, password: string, where: string): Pkcs12 {
  const tree = parse(bytes);
  if (tree === undefined) {
    throw refusal("SLW-KEY", `A PKCS#12 file (.p12, .pfx) was expected in ${where}, but it holds something else.`, {
      hint: "In a variable or the stack's state the file is written in base64.",
    });
  }
  const bags = decrypt(tree, password, where);
  return {
    keys: bags.flatMap((bag) => (isKey(bag) ? [keyOf(bag, where)] : [])),
    certificates: bags.flatMap((bag) => (isKey(bag) ? [] : certificateOf(bag))),
  };
}

function parse(bytes: Uint8Array): Der | undefined {
  try {
    return forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(bytes).toString("latin1")));
  } catch {
    // The reason is dropped on purpose: a parser's message may quote what it could not parse.
    return undefined;
  }
}

function decrypt(tree: Der, password: string, where: string): readonly forge.pkcs12.Bag[] {
  try {
    return forge.pkcs12.pkcs12FromAsn1(tree, true, password).safeContents.flatMap(({ safeBags }) => safeBags);
  } catch (error) {
    const said = error instanceof Error ? error.message : "";
    if (/MAC could not be verified|decrypt/i.test(said)) {
      throw refusal("SLW-KEY", `The password given does not open the PKCS#12 file in ${where}.`);
    }
    throw refusal("SLW-KEY", `The PKCS#12 file in ${where} is damaged, or of a kind that is not read.`, {
      hint: "openssl pkcs12 -export writes one that is read.",
    });
  }
}

function isKey({ type }: forge.pkcs12.Bag): boolean {
  return type === forge.pki.oids["keyBag"] || type === forge.pki.oids["pkcs8ShroudedKeyBag"];
}

/** Keys of other kinds than RSA are left as they are, for whoever wants to refuse them by their name. */
function keyOf({ key, asn1 }: forge.pkcs12.Bag, where: string): KeyObject {
  const tree = key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key)) : asn1;
  try {
    return createPrivateKey({ key: encodeDer(tree), format: "der", type: "pkcs8" });
  } catch {
    throw refusal("SLW-KEY", `The private key in the PKCS#12 file in ${where} is of no known kind.`);
  }
}

/** What else a file may hold beside certificates is passed over. */
function certificateOf({ cert, asn1 }: forge.pkcs12.Bag): readonly X509Certificate[] {
  if (!cert && !asn1) return [];
  try {
    return [new X509Certificate(encodeDer(cert ? forge.pki.certificateToAsn1(cert) : asn1))];
  } catch {
    return [];
  }
}
