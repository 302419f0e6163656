/**
 * Who signs. The public half of a key is plain data: it lies in state, diffs and the bucket. The private half exists
 * only behind a signer, which the signing door opens from a key source.
 */
export interface Ed25519Public {
  readonly kind: "ed25519";
  /** TUF key id: SHA-256 (hex) of the canonical JSON of the TUF key object. TUF specification, section 4.2. */
  readonly keyid: string;
  /** The 32 bytes of the point, as lower-case hex. */
  readonly publicKey: string;
}

export interface Ed25519Signer {
  readonly public: Ed25519Public;
  /** The 64 bytes of an Ed25519 signature (RFC 8032); the same bytes give the same signature. */
  sign(bytes: Uint8Array): Uint8Array;
}

export interface OpenPgpPublic {
  readonly kind: "openpgp";
  /** Version 4 fingerprint, 40 upper-case hex digits. */
  readonly fingerprint: string;
  /** The certificate (public key, user id, self-signature) in ASCII armour. */
  readonly armored: string;
  /** When the key was made, in seconds since 1970: no signature of it can be dated earlier. */
  readonly created: number;
}

export interface OpenPgpSigner {
  readonly public: OpenPgpPublic;
  /** An armoured detached signature, dated `at` (seconds since 1970); the same bytes and date give the same text. */
  detach(bytes: Uint8Array, at: number): Promise<string>;
  /** A cleartext-signed message (RFC 4880, section 7), dated `at`; the same text and date give the same message. */
  clearsign(text: string, at: number): Promise<string>;
}

/** What an X.509 identity may sign: its certificate has to name the purpose. */
export type X509Purpose = "apple-installer" | "apple-application" | "authenticode";

export interface X509Public {
  readonly kind: X509Purpose;
  /** SHA-256 of the signer's own certificate, lower-case hex. */
  readonly fingerprint: string;
  /** DER in base64, the signer's own certificate first, each followed by its issuer's. */
  readonly certificates: readonly string[];
}

export interface X509Signer {
  readonly public: X509Public;
  /** Bytes of a signature: those of the RSA modulus. */
  readonly size: number;
  /** RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2) over the digest of `bytes`; the same bytes give the same signature. */
  sign(bytes: Uint8Array, digest: "sha1" | "sha256"): Uint8Array;
}

/**
 * Where the private half of a key is. Only a `dev` stack keeps it in its own encrypted state; all others refer to it,
 * and the reference is resolved inside the signing door.
 */
export type KeySource =
  | { readonly kind: "state"; readonly secret: string }
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };
