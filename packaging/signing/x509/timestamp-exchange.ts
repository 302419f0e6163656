import { createHash } from "node:crypto";
import { refusal } from "../../errors.ts";
import { printable } from "../../manifest/printable.ts";
import { sha256Algorithm } from "./cms.ts";
import {
  bytesOf,
  type Der,
  decodeDer,
  encodeDer,
  inSequence,
  integer,
  octetString,
  sequence,
  smallInteger,
  yes,
} from "./der.ts";

/**
 * What an authority is sent for a timestamp of a signature (RFC 3161, section 2.4.1): its SHA-256, a nonce, and the wish for
 * the authority's certificates, without which nobody could verify the answer later. `nonce` is the bytes of a DER INTEGER.
 */
export function timestampQuery(signature: Uint8Array, nonce: Uint8Array): Buffer {
  const imprint = sequence(sha256Algorithm(), octetString(createHash("sha256").update(signature).digest()));
  return encodeDer(sequence(smallInteger(1), imprint, integer(nonce), yes()));
}

/** PKIStatus (RFC 3161, section 2.4.2): granted, and granted with modifications. */
const granted = [0, 1];
const longestReason = 200;

/**
 * The DER of the token in an authority's whole answer, a TimeStampResp (RFC 3161, section 2.4.2). Refuses (SLW-TIMESTAMP) one
 * that says no, with what it says, and (SLW-FORMAT) what is no such answer. The token is not verified by this.
 */
export function tokenOfReply(reply: Uint8Array, what: string): Buffer {
  const [statusInfo, token, ...more] = inSequence(decodeDer(reply, what));
  const [status, ...reasons] = inSequence(statusInfo);
  const number = bytesOf(status, "integer");
  if (number?.length !== 1 || more.length > 0) throw refusal("SLW-FORMAT", `${what} is no answer of RFC 3161.`);
  if (!granted.includes(number[0] ?? 0)) {
    throw refusal("SLW-TIMESTAMP", `${what} has no timestamp: status ${number[0]}${reasonOf(reasons[0])}.`, {
      hint: "The authority's own documents say what it takes, and from whom.",
    });
  }
  if (token === undefined) throw refusal("SLW-FORMAT", `${what} grants a timestamp and has none.`);
  return encodeDer(token);
}

/** PKIFreeText, in one printable line. */
function reasonOf(freeText: Der | undefined): string {
  const texts = inSequence(freeText).flatMap((text) => bytesOf(text, "utf8")?.toString("utf8") ?? []);
  const reason = printable(texts.join(" ").replaceAll(/\s+/g, " ")).slice(0, longestReason);
  return reason === "" ? "" : `, ${reason}`;
}
