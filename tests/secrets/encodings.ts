import { createPrivateKey } from "node:crypto";
import { readPrivateKey } from "openpgp";

/** A private key as a test knows it. */
export interface PrivateKey {
  readonly name: string;
  /** The text that the state keeps: PKCS#8 in base64url, or an armoured OpenPGP key. */
  readonly text: string;
  /** The 32 bytes that all else follows from. Every encoding of the key holds them, in its own writing. */
  readonly seed: Buffer;
}

/** Any other secret: a password, a token, an address that is one. */
export function plainSecret(name: string, text: string): PrivateKey {
  return { name, text, seed: Buffer.from(text) };
}

/** The private key whose text a state keeps. */
export async function privateKey(name: string, text: string): Promise<PrivateKey> {
  if (!text.startsWith("-----BEGIN PGP")) {
    const key = createPrivateKey({ key: Buffer.from(text, "base64url"), format: "der", type: "pkcs8" });
    return { name, text, seed: Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url") };
  }
  // The library's types leave out what a decrypted secret key holds.
  const { keyPacket } = (await readPrivateKey({ armoredKey: text })) as unknown as {
    readonly keyPacket: { readonly privateParams: { readonly seed: Uint8Array } };
  };
  const { seed } = keyPacket.privateParams;
  // An integer of OpenPGP has no leading zeros (RFC 4880, section 3.2).
  const leading = seed.findIndex((byte) => byte !== 0);
  return { name, text, seed: Buffer.from(seed.subarray(leading)) };
}

/** What a text or a file is searched for, by the name of the encoding. */
export interface Needles {
  readonly key: string;
  /** In the bytes as they are. */
  readonly bytes: ReadonlyMap<string, Buffer>;
  /** In the text without white space, without escaped line ends. */
  readonly text: ReadonlyMap<string, string>;
  /** The same, in lower case. */
  readonly lowerCase: ReadonlyMap<string, string>;
}

/**
 * All writings of a key. PEM, armour and DER hold the seed between other bytes, so that base64 is looked for at each of
 * its three alignments; the stored text itself may be encoded once more.
 */
export function needlesOf({ name, text, seed }: PrivateKey): Needles {
  const stored = Buffer.from(text);
  const base64 = [0, 1, 2].flatMap((shift): [string, string][] => [
    [`base64 at ${shift}`, base64At(seed, shift, "base64")],
    [`base64url at ${shift}`, base64At(seed, shift, "base64url")],
    [`base64 of its text at ${shift}`, base64At(stored, shift, "base64")],
    [`base64url of its text at ${shift}`, base64At(stored, shift, "base64url")],
  ]);
  return {
    key: name,
    bytes: new Map([["raw", seed]]),
    text: new Map([
      ...base64,
      ["a list of numbers", [...seed].join(",")],
      ["its text", unspaced(text)],
      ["its text in JSON", unspaced(JSON.stringify(text).slice(1, -1))],
    ]),
    lowerCase: new Map([
      ["hex", seed.toString("hex")],
      ["hex of its text", stored.toString("hex")],
    ]),
  };
}

/** Without white space and escaped line ends, as the scan reads a text. */
export function unspaced(text: string): string {
  return text.replaceAll(/\s|\\[nrt]/g, "").replaceAll("\\/", "/");
}

/** The characters that bytes have in a longer base64 text where `shift` bytes of a group of three come before them. */
function base64At(bytes: Buffer, shift: number, encoding: "base64" | "base64url"): string {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString(encoding)
    .replaceAll("=", "");
  // The first characters mix with what comes before, the last one with what comes after.
  const first = [0, 2, 3][shift] ?? 0;
  const last = (shift + bytes.length) % 3 === 0 ? whole.length : whole.length - 1;
  return whole.slice(first, last);
}
