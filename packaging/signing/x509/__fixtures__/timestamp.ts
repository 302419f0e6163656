import { createHash, createPrivateKey, sign, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { X509Signer } from "../../signer.ts";
import { sha256Algorithm, signCms } from "../cms.ts";
import { encodeDer, generalizedTime, integer, objectId, octetString, sequence, smallInteger } from "../der.ts";
import { oids } from "../oids.ts";
import { fixture } from "./identities.ts";

const certificates = ["timestamper.pem", "intermediate.pem", "root.pem"].map((name) =>
  new X509Certificate(readFileSync(fixture(name))).raw.toString("base64"),
);

/** A timestamp authority's answer for a signature: a token as RFC 3161, section 2.4.2, has it; equal arguments give equal bytes. */
export function timestampToken(signature: Uint8Array, seenAt: number, nonce?: Uint8Array): Buffer {
  const key = createPrivateKey(readFileSync(fixture("timestamper.key")));
  const clock: X509Signer = {
    public: { kind: "authenticode", fingerprint: "", certificates },
    size: 256,
    sign: (bytes, digest) => sign(digest, bytes, key),
  };
  const imprint = sequence(sha256Algorithm(), octetString(createHash("sha256").update(signature).digest()));
  const fields = [smallInteger(1), objectId("1.3.6.1.4.1.99999.1"), imprint, smallInteger(7), generalizedTime(seenAt)];
  const info = encodeDer(sequence(...fields, ...(nonce === undefined ? [] : [integer(nonce)])));
  const digest = createHash("sha256").update(info).digest();
  const content = { contentType: oids.timestampInfo, digest, embedded: octetString(info), signedAt: seenAt };
  return signCms(clock, content).bytes();
}
