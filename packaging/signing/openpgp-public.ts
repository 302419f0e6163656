import { type AnyKeyPacket, enums, type PublicKey, readKeys, type SignaturePacket } from "openpgp";
import { refusal } from "../errors.ts";
import type { OpenPgpPublic } from "./signer.ts";

const sound: ReadonlySet<number> = new Set([enums.hash.sha256, enums.hash.sha384, enums.hash.sha512]);

/**
 * The public half of a key that a team brings along. Refuses (SLW-KEY) what some apt in use would reject or warn about:
 * keys that are not version 4, anything but RSA of 3072 bits and Ed25519 in its first OpenPGP form (algorithm 22),
 * self-signatures over SHA-1.
 */
export async function readOpenPgpPublic(armored: string): Promise<OpenPgpPublic> {
  const key = await parseCertificate(armored);
  const signing = key.subkeys.filter((subkey) => subkey.bindingSignatures.some(maySign));
  const fingerprint = key.getFingerprint().toUpperCase();
  const name = `The OpenPGP key ${fingerprint}`;
  for (const packet of [key.keyPacket, ...signing.map((subkey) => subkey.keyPacket)]) requireAcceptable(packet, name);
  const bindings = [key.users.flatMap((user) => user.selfCertifications), ...signing.map((it) => it.bindingSignatures)];
  const validFrom = bindings.map((signatures) => firstSound(signatures, name));
  return {
    kind: "openpgp",
    fingerprint,
    armored: key.armor(),
    created: Math.max(seconds(key.getCreationTime()), ...validFrom),
  };
}

/** Throws where the key itself did not sign what its certificate says of it: somebody altered the certificate. */
export async function requireSelfSigned({ armored, created }: OpenPgpPublic): Promise<void> {
  const key = await parseCertificate(armored);
  await key.verifyPrimaryKey(new Date(created * 1000));
}

/** Parses exactly one certificate; refuses (SLW-KEY) anything else, a private key above all, without quoting it. */
export async function parseCertificate(armored: string): Promise<PublicKey> {
  const keys = await readKeys({ armoredKeys: armored }).catch(() => []);
  const [key] = keys;
  if (key === undefined || keys.length !== 1) {
    throw refusal("SLW-KEY", "One armoured OpenPGP public key was expected, but the text given is something else.");
  }
  if (key.isPrivate()) {
    throw refusal("SLW-KEY", "An OpenPGP public key was expected, but the text given holds a private key.", {
      hint: "Treat that key as exposed. The public half comes from gpg --armor --export.",
    });
  }
  return key;
}

/** Checks what the apts in use accept: gpgv 2.2 knows no algorithm 27, sqv's policy no short RSA, no DSA, no v3. */
function requireAcceptable(packet: AnyKeyPacket, name: string): void {
  if (packet.version !== 4) throw refusal("SLW-KEY", `${name} has version ${packet.version}; apt needs version 4.`);
  const { algorithm, bits = 0, curve } = packet.getAlgorithmInfo();
  const rsa = algorithm === "rsaEncryptSign" || algorithm === "rsaSign";
  if ((rsa && bits >= 3072) || (algorithm === "eddsaLegacy" && curve === "ed25519Legacy")) return;
  const kind = rsa ? `RSA with ${bits} bits` : algorithm;
  throw refusal("SLW-KEY", `${name} is of a kind (${kind}) that not every apt in use accepts.`, {
    hint: "Use an Ed25519 key in its version 4 form (gpg's default) or RSA with at least 3072 bits.",
  });
}

/**
 * When the signatures that bind a user id or a subkey begin to hold: a key that was bound again (a new expiry, say) may
 * have lost its older ones. Refuses those that apt 3 rejects.
 */
function firstSound(signatures: readonly SignaturePacket[], name: string): number {
  const newest = signatures.toSorted((a, b) => seconds(b.created) - seconds(a.created))[0];
  if (newest === undefined) throw refusal("SLW-KEY", `${name} has no user id that it signed itself.`);
  if (!isSound(newest)) {
    throw refusal("SLW-KEY", `${name} is bound by a signature over SHA-1 or weaker, which apt 3 rejects.`, {
      hint: "Let its owner bind it again, for instance by gpg with cert-digest-algo SHA512.",
    });
  }
  return Math.min(...signatures.filter(isSound).map((signature) => seconds(signature.created)));
}

function isSound(signature: SignaturePacket): boolean {
  return sound.has(signature.hashAlgorithm ?? 0);
}

function maySign(binding: SignaturePacket): boolean {
  return ((binding.keyFlags?.[0] ?? 0) & enums.keyFlags.signData) !== 0;
}

function seconds(date: Date | null): number {
  return date === null ? 0 : Math.floor(date.getTime() / 1000);
}
