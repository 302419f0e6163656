import {
  createCleartextMessage,
  createMessage,
  enums,
  generateKey,
  type PartialConfig,
  type PrivateKey,
  readCleartextMessage,
  readPrivateKey,
  readSignature,
  sign,
  verify,
} from "openpgp";
import { isoSeconds } from "../clock.ts";
import { refusal } from "../errors.ts";
import { resolveKeySource } from "./key-source.ts";
import { parseCertificate, readOpenPgpPublic } from "./openpgp-public.ts";
import type { KeySource, OpenPgpPublic, OpenPgpSigner } from "./signer.ts";

/** The default adds a random notation to each signature; without it the same text and date give the same bytes. */
const config: PartialConfig = {
  nonDeterministicSignaturesViaNotation: false,
  preferredHashAlgorithm: enums.hash.sha512,
  showComment: false,
  showVersion: false,
  v6Keys: false,
};

/**
 * A new key that every apt in use accepts: version 4, Ed25519 as algorithm 22, bound by SHA-512, no expiry, made at
 * `created` (seconds since 1970). The secret is the armoured private key.
 */
export async function generateOpenPgp(
  userId: { readonly name: string; readonly email: string },
  created: number,
): Promise<{ readonly public: OpenPgpPublic; readonly secret: string }> {
  const { privateKey, publicKey } = await generateKey({
    type: "ecc",
    curve: "ed25519Legacy",
    userIDs: [{ ...userId }],
    date: date(created),
    subkeys: [],
    format: "armored",
    config,
  });
  return { public: await readOpenPgpPublic(publicKey), secret: privateKey };
}

/**
 * Opens the private half of `expected`, an armoured private key without a passphrase. Refuses (SLW-KEY) a source that
 * is missing, holds another kind of key, or a key whose signatures `expected` does not verify.
 */
export async function openOpenPgp(expected: OpenPgpPublic, source: KeySource): Promise<OpenPgpSigner> {
  const { text, where } = await resolveKeySource(source);
  const key = await readPrivateKey({ armoredKey: text }).catch(() => undefined);
  if (key === undefined) {
    throw refusal("SLW-KEY", `An armoured OpenPGP private key was expected in ${where}, but it holds something else.`);
  }
  const found = key.getFingerprint().toUpperCase();
  if (found !== expected.fingerprint) {
    throw refusal(
      "SLW-KEY",
      `The private key in ${where} has the fingerprint ${found}, but ${expected.fingerprint} was expected.`,
    );
  }
  if (!key.isDecrypted()) {
    throw refusal("SLW-KEY", `The private key in ${where} is locked with a passphrase.`, {
      hint: "Store it without one: the place that holds it is what protects it.",
    });
  }
  const signer = signerOf(key, expected);
  const trial = Buffer.from("slipway");
  if (!(await verifyDetached(expected.armored, trial, await signer.detach(trial, expected.created)))) {
    throw refusal("SLW-KEY", `The private key in ${where} does not fit the public key ${expected.fingerprint}.`);
  }
  return signer;
}

/**
 * Whether an armoured detached signature is a good one of `data` by the given key, as of the signature's own date.
 * Anything that does not parse as a signature is not a good one.
 */
export async function verifyDetached(armoredKey: string, data: Uint8Array, armoredSignature: string): Promise<boolean> {
  const key = await parseCertificate(armoredKey);
  try {
    const signature = await readSignature({ armoredSignature });
    const at = signature.packets[0]?.created;
    if (signature.packets.length !== 1 || !at) return false;
    const message = await createMessage({ binary: data });
    const { signatures } = await verify({ message, signature, verificationKeys: key, date: at, config });
    return (await signatures[0]?.verified) === true;
  } catch {
    return false;
  }
}

/** The same for a cleartext message, such as InRelease. */
export async function verifyClearsigned(armoredKey: string, message: string): Promise<boolean> {
  const key = await parseCertificate(armoredKey);
  try {
    const read = await readCleartextMessage({ cleartextMessage: message });
    const at = (
      await readSignature({ armoredSignature: message.slice(message.indexOf("-----BEGIN PGP SIGNATURE-----")) })
    ).packets[0]?.created;
    if (!at) return false;
    const { signatures } = await verify({ message: read, verificationKeys: key, date: at, config });
    return signatures.length === 1 && (await signatures[0]?.verified) === true;
  } catch {
    return false;
  }
}

/** The key lives in this closure only: a signer that is printed shows its public half and nothing else. */
function signerOf(key: PrivateKey, expected: OpenPgpPublic): OpenPgpSigner {
  async function atDate<T>(at: number, make: () => Promise<T>): Promise<T> {
    const name = `The OpenPGP key ${expected.fingerprint}`;
    if (at < expected.created) {
      const made = isoSeconds(expected.created);
      throw refusal("SLW-KEY", `${name} is valid from ${made} on and cannot sign as of ${isoSeconds(at)}.`);
    }
    try {
      return await make();
    } catch {
      // The library's reason is dropped: what it says about a private key is not ours to repeat.
      throw refusal("SLW-KEY", `${name} could not sign as of ${isoSeconds(at)}: it may have expired or be damaged.`);
    }
  }
  return {
    public: expected,
    detach: (bytes, at) =>
      atDate(at, async () => {
        const message = await createMessage({ binary: bytes });
        return sign({ message, signingKeys: key, detached: true, date: date(at), config });
      }),
    clearsign: (text, at) => {
      const lines = cleartext(text);
      return atDate(at, async () => {
        const message = await createCleartextMessage({ text: lines });
        const signed = await sign({ message, signingKeys: key, date: date(at), config });
        // The library writes the canonical line ends (CR LF) that it signs; readers put them back, apt wants LF.
        return signed.replaceAll("\r\n", "\n");
      });
    },
  };
}

/**
 * The text as a cleartext message carries it: without its last newline, which belongs to the frame. What RFC 4880
 * leaves out of the signature (section 7.1: trailing blanks) is refused rather than silently dropped.
 */
function cleartext(text: string): string {
  if (!text.endsWith("\n") || /[ \t\r]$/m.test(text)) {
    throw refusal("SLW-KEY", "A text to be signed must end its last line, and no line may end in a blank.");
  }
  return text.slice(0, -1);
}

function date(seconds: number): Date {
  return new Date(seconds * 1000);
}
