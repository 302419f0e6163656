import { X509Certificate } from "node:crypto";
import { refusal, SlipwayError } from "../../errors.ts";
import { issuerAndSerial, versionOf } from "./cms.ts";
import {
  bytesOf,
  type Der,
  decodeDer,
  encodeDer,
  hasTag,
  inSequence,
  inSet,
  inTag,
  oidOf,
  sameDer,
  setOf,
  smallInteger,
} from "./der.ts";
import { digests, oids, signatureDigests } from "./oids.ts";

/** A CMS signature by one signer, read and not believed yet. */
export interface ReadCms {
  readonly contentType: string;
  /** What is embedded; undefined where the content is elsewhere. */
  readonly content: Der | undefined;
  readonly digest: "sha256" | "sha384" | "sha512";
  /** The value of each signed attribute, and the bytes that are signed: the set of them. */
  readonly attributes: ReadonlyMap<string, Der>;
  readonly signedBytes: Buffer;
  readonly signature: Buffer;
  readonly signer: X509Certificate;
  /** All other certificates that travel along. */
  readonly others: readonly X509Certificate[];
  readonly unsigned: ReadonlyMap<string, Der>;
}

/** No chain of ours has more. */
const mostCertificates = 16;

/**
 * Reads a SignedData (RFC 5652, section 5.1) with one signer, who is named by issuer and serial number and whose certificate
 * is among those that travel along. Refuses (SLW-FORMAT) everything else, and every field that has no part in this; `what`
 * names the signature: `The CMS signature`.
 */
export function readCms(bytes: Uint8Array, what: string): ReadCms {
  const refuse = (why: string) => refusal("SLW-FORMAT", `${what} cannot be read: ${why}.`);
  const [type, wrapped, ...beyond] = inSequence(decodeDer(bytes, what));
  const [signedData, ...more] = inTag(wrapped, 0);
  if (oidOf(type) !== oids.signedData || !hasTag(wrapped, 0) || beyond.length + more.length > 0) {
    throw refuse("it is no SignedData");
  }
  const [version, algorithms, encapsulated, certificateSet, signerInfos, ...rest] = inSequence(signedData);
  const [signerInfo, ...otherSigners] = inSet(signerInfos);
  if (rest.length > 0 || !hasTag(certificateSet, 0)) throw refuse("it has other fields than certificates and signers");
  if (signerInfo === undefined || otherSigners.length > 0) throw refuse("it has not one signer");
  const [contentType, explicit, ...extra] = inSequence(encapsulated);
  const embedded = inTag(explicit, 0);
  if (extra.length > 0 || embedded.length > 1 || (explicit !== undefined && !hasTag(explicit, 0))) {
    throw refuse("its content is not one value");
  }
  const content = embedded[0];
  const named = oidOf(contentType);
  const signer = readSigner(signerInfo, refuse);
  if (named === undefined || !sameDer(version, versionOf(named))) throw refuse("it is of another version");
  if (!sameDer(algorithms, setOf(signer.digestAlgorithm))) throw refuse("it names other digests than its signer uses");
  const certificates = readCertificates(inTag(certificateSet, 0), refuse);
  const own = certificates.find(({ raw }) => sameDer(signer.id, issuerAndSerial(decodeDer(raw, "A certificate"))));
  if (own === undefined) throw refuse("its signer's certificate is not in it");
  const others = certificates.filter((certificate) => certificate !== own);
  return { ...signer, contentType: named, content, signer: own, others };
}

type Refuse = (why: string) => Error;

function readSigner(signerInfo: Der, refuse: Refuse) {
  const [version, id, digestAlgorithm, attributes, algorithm, signature, unsigned, ...rest] = inSequence(signerInfo);
  const digest = digests.get(algorithmOf(digestAlgorithm) ?? "");
  const algorithmName = algorithmOf(algorithm) ?? "";
  const implied = signatureDigests.get(algorithmName);
  const bytes = bytesOf(signature, "octets");
  if (!sameDer(version, smallInteger(1)) || id === undefined || rest.length > 0 || !hasTag(attributes, 0)) {
    throw refuse("its signer is not named by issuer and serial number, or has no signed attributes");
  }
  if (digestAlgorithm === undefined || digest === undefined || !signatureDigests.has(algorithmName)) {
    throw refuse("its signer uses an algorithm that is not known here");
  }
  if (bytes === undefined || (implied !== undefined && implied !== digest)) throw refuse("its signer has no signature");
  if (unsigned !== undefined && !hasTag(unsigned, 1)) throw refuse("its signer has a field that is not known here");
  return {
    id,
    digest,
    digestAlgorithm,
    signature: bytes,
    attributes: attributesOf(inTag(attributes, 0), refuse),
    // Signed is the set itself and not its implicit tag (RFC 5652, section 5.4).
    signedBytes: encodeDer(setOf(...inTag(attributes, 0))),
    unsigned: attributesOf(inTag(unsigned, 1), refuse),
  };
}

/** An AlgorithmIdentifier's name, where its parameters are none or NULL. */
function algorithmOf(algorithm: Der | undefined): string | undefined {
  const [name, parameters, ...rest] = inSequence(algorithm);
  if (rest.length > 0 || (parameters !== undefined && encodeDer(parameters).toString("hex") !== "0500"))
    return undefined;
  return oidOf(name);
}

function attributesOf(set: readonly Der[], refuse: Refuse): ReadonlyMap<string, Der> {
  const attributes = new Map<string, Der>();
  for (const child of set) {
    const [type, values, ...rest] = inSequence(child);
    const [value, ...more] = inSet(values);
    const name = oidOf(type);
    if (name === undefined || value === undefined || attributes.has(name) || rest.length + more.length > 0) {
      throw refuse("an attribute of its signer has not one value");
    }
    attributes.set(name, value);
  }
  return attributes;
}

function readCertificates(nodes: readonly Der[], refuse: Refuse): readonly X509Certificate[] {
  if (nodes.length > mostCertificates) throw refuse(`it has more than ${mostCertificates} certificates`);
  try {
    return nodes.map((node) => new X509Certificate(encodeDer(node)));
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    throw refuse("one of its certificates is damaged");
  }
}
