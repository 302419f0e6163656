import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { canonicalize } from "@tufjs/canonical-json";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { resolveKeySource } from "./key-source.ts";
import type { Ed25519Public, Ed25519Signer, KeySource } from "./signer.ts";

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, section 4) up to the 32 bytes of the point. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** A new key pair. The secret is PKCS#8 DER in base64url, on one line: it fits a state, a variable or a file. */
export function generateEd25519(): { readonly public: Ed25519Public; readonly secret: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    public: publicHalf(publicKey),
    secret: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64url"),
  };
}

/** The public half made of the point's 32 bytes (64 hex digits); its key id is computed. */
export function ed25519Public(publicKey: string): Ed25519Public {
  if (!/^[0-9a-f]{64}$/.test(publicKey)) {
    throw refusal("SLW-KEY", "An Ed25519 public key is 64 lower-case hex digits; something else was given.");
  }
  const key = { keytype: "ed25519", keyval: { public: publicKey }, scheme: "ed25519" };
  return { kind: "ed25519", keyid: sha256(canonicalize(key)), publicKey };
}

/**
 * Opens the private half of `expected`: PKCS#8, as PEM or as the base64 of its body on one line. Refuses (SLW-KEY) a
 * source that is missing, holds another kind of key, or a key that is not the private half of `expected`.
 */
export async function openEd25519(expected: Ed25519Public, source: KeySource): Promise<Ed25519Signer> {
  const { text, where } = await resolveKeySource(source);
  const key = parsePrivate(text);
  if (key === undefined) {
    throw refusal("SLW-KEY", `An Ed25519 private key (PKCS#8) was expected in ${where}, but it holds something else.`);
  }
  const found = publicHalf(createPublicKey(key));
  if (found.publicKey !== expected.publicKey) {
    throw refusal(
      "SLW-KEY",
      `The private key in ${where} belongs to key ${found.keyid}, but key ${expected.keyid} was expected.`,
    );
  }
  return { public: found, sign: (bytes) => sign(null, bytes, key) };
}

/** Whether `signature` is one of `bytes` by the private half of `key`. */
export function verifyEd25519(key: Ed25519Public, bytes: Uint8Array, signature: Uint8Array): boolean {
  const der = Buffer.concat([SPKI_PREFIX, Buffer.from(key.publicKey, "hex")]);
  try {
    return verify(null, bytes, createPublicKey({ key: der, format: "der", type: "spki" }), signature);
  } catch {
    return false;
  }
}

function parsePrivate(text: string): KeyObject | undefined {
  const body = text.replaceAll(/-----[A-Z ]+-----/g, "").replaceAll(/\s/g, "");
  try {
    const key = createPrivateKey({ key: Buffer.from(body, "base64"), format: "der", type: "pkcs8" });
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    // The reason is dropped on purpose: a parser's message may quote what it could not parse.
    return undefined;
  }
}

function publicHalf(key: KeyObject): Ed25519Public {
  const der = key.export({ format: "der", type: "spki" });
  return ed25519Public(der.subarray(SPKI_PREFIX.length).toString("hex"));
}
