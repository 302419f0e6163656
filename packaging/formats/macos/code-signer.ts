import { refusal } from "../../errors.ts";
import {
  type Der,
  decodeBer,
  inSequence,
  inSet,
  inTag,
  oidOf,
  oidsOfExtensions,
  sameDer,
} from "../../signing/x509/der.ts";
import { oids } from "../../signing/x509/oids.ts";

/** What a CMS signature says of itself. That it is valid, and whose certificates are to be believed, is not looked at. */
export interface SignerFacts {
  /** Extensions of the signer's own certificate, by object identifier. */
  readonly extensions: ReadonlySet<string>;
  /** Whether it brings a timestamp (RFC 3161, appendix A). */
  readonly timestamped: boolean;
}

/**
 * Reads the signer of a CMS signature, in the loose form that codesign writes: BER with lengths that are told by an end
 * mark. Refuses (SLW-PAYLOAD-ARCH) what is none; `name` is for the message.
 */
export function readSignerFacts(cms: Uint8Array, name: string): SignerFacts {
  const refuse = () => refusal("SLW-PAYLOAD-ARCH", `${name} has a code signature whose CMS cannot be read.`);
  const tree = decodeBer(cms);
  const [type, wrapped] = inSequence(tree);
  const signedData = inSequence(inTag(wrapped, 0)[0]);
  const [certificates] = signedData.filter((node) => inTag(node, 0).length > 0);
  const signerInfo = inSequence(inSet(signedData.at(-1))[0]);
  const signer = inTag(certificates, 0).find((certificate) => isNamed(certificate, signerInfo[1]));
  if (oidOf(type) !== oids.signedData || signer === undefined) throw refuse();
  const unsigned = signerInfo.slice(4).flatMap((node) => inTag(node, 1));
  return {
    extensions: oidsOfExtensions(signer),
    timestamped: unsigned.some((attribute) => oidOf(inSequence(attribute)[0]) === oids.timestampToken),
  };
}

/** Whether a certificate is the one that issuer and serial number name (RFC 5652, section 10.2.4). */
function isNamed(certificate: Der, id: Der | undefined): boolean {
  const [issuer, serial] = inSequence(id);
  const [first, ...rest] = inSequence(inSequence(certificate)[0]);
  // The version comes first, but for the oldest.
  const [ownSerial, , ownIssuer] = inTag(first, 0).length > 0 ? rest : [first, ...rest];
  if (ownSerial === undefined || ownIssuer === undefined) return false;
  return sameDer(serial, ownSerial) && sameDer(issuer, ownIssuer);
}
