/** Object identifiers of signatures, by the names that their standards give them. */
export const oids = {
  /** RFC 5652: contents and signed attributes. */
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  /** RFC 3161: a timestamp's content, and the unsigned attribute that holds one (appendix A). */
  timestampInfo: "1.2.840.113549.1.9.16.1.4",
  timestampToken: "1.2.840.113549.1.9.16.2.14",
  rsaEncryption: "1.2.840.113549.1.1.1",
  sha256: "2.16.840.1.101.3.4.2.1",
  /** Purposes of certificates: extended key usages. */
  appleInstaller: "1.2.840.113635.100.4.13",
  codeSigning: "1.3.6.1.5.5.7.3.3",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  /** Apple's mark of a Developer ID Application certificate, an extension (Developer ID Certification Practice Statement). */
  appleApplication: "1.2.840.113635.100.6.1.13",
} as const;

/** Digests that a signature may use, with the names of node:crypto. */
export const digests: ReadonlyMap<string, "sha256" | "sha384" | "sha512"> = new Map([
  [oids.sha256, "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
]);

/** Signature algorithms, with the one digest that each may go with; none for those that leave it to its own field. */
export const signatureDigests: ReadonlyMap<string, "sha256" | "sha384" | "sha512" | undefined> = new Map([
  [oids.rsaEncryption, undefined],
  ["1.2.840.113549.1.1.11", "sha256"],
  ["1.2.840.113549.1.1.12", "sha384"],
  ["1.2.840.113549.1.1.13", "sha512"],
  ["1.2.840.10045.4.3.2", "sha256"],
  ["1.2.840.10045.4.3.3", "sha384"],
  ["1.2.840.10045.4.3.4", "sha512"],
]);
