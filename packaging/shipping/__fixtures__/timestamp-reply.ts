import { timestampToken } from "../../signing/x509/__fixtures__/timestamp.ts";
import { decodeDer, encodeDer, sequence, smallInteger } from "../../signing/x509/der.ts";

/** An authority's whole answer (RFC 3161, section 2.4.2) for a signature: granted. */
export function timestampReply(signature: Uint8Array, seenAt: number, nonce?: Uint8Array): Buffer {
  const token = decodeDer(timestampToken(signature, seenAt, nonce), "The token");
  return encodeDer(sequence(sequence(smallInteger(0)), token));
}
