import { armor, enums, unarmor } from "openpgp";
import { byBytes } from "../byte-order.ts";
import { parseCertificate } from "./openpgp-public.ts";
import type { OpenPgpPublic } from "./signer.ts";

/** A binary keyring as apt's Signed-By takes it (`.gpg`): the certificates one after another, by fingerprint. */
export async function keyringBytes(publics: readonly OpenPgpPublic[]): Promise<Uint8Array> {
  const certificates: Uint8Array[] = [];
  for (const { armored } of publics.toSorted((a, b) => byBytes(a.fingerprint, b.fingerprint))) {
    await parseCertificate(armored);
    const { data } = await unarmor(armored);
    certificates.push(data as Uint8Array);
  }
  return Buffer.concat(certificates);
}

/** The same keyring in ASCII armour (`.asc`). */
export async function keyringArmored(publics: readonly OpenPgpPublic[]): Promise<string> {
  return armor(enums.armor.publicKey, await keyringBytes(publics)).replaceAll("\r\n", "\n");
}
