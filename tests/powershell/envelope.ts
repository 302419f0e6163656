import { createPrivateKey, createPublicKey } from "node:crypto";
import { GeneralEncrypt, type GeneralJWE, generalDecrypt } from "jose";
import type { RecoveryKey } from "./recovery-key.ts";

/** What RuntimeEscrow states of its envelopes. */
const header = { enc: "A256CBC-HS512", typ: "runtime-escrow", version: 1 };

/** An envelope as RuntimeEscrow's, by another implementation of RFC 7516; it has no wrap by DPAPI. */
export async function writeEnvelope(
  secret: Uint8Array,
  key: RecoveryKey,
  version = header.version,
): Promise<GeneralJWE> {
  return new GeneralEncrypt(secret)
    .setProtectedHeader({ ...header, version })
    .addRecipient(createPublicKey(key.certificate))
    .setUnprotectedHeader({ alg: "RSA-OAEP-256", "x5t#S256": key.thumbprint })
    .encrypt();
}

/** The secret of an envelope, by the recovery key alone. Refuses what was altered. */
export async function openEnvelope(envelope: GeneralJWE, privateKey: string): Promise<Uint8Array> {
  const { plaintext, protectedHeader } = await generalDecrypt(envelope, createPrivateKey(privateKey), {
    keyManagementAlgorithms: ["RSA-OAEP-256"],
    contentEncryptionAlgorithms: [header.enc],
  });
  const { enc, typ, version } = protectedHeader ?? {};
  if (JSON.stringify({ enc, typ, version }) !== JSON.stringify(header)) throw new Error("the header is another one");
  return plaintext;
}
