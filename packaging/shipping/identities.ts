import { X509Certificate } from "node:crypto";
import { isAtHand } from "../signing/key-source.ts";
import type { X509Public, X509Purpose } from "../signing/signer.ts";
import { validityFault } from "../signing/x509/chain.ts";
import type { Pkcs12Source } from "../signing/x509/identity.ts";

/** Who signs what is embedded in artifacts. */
export interface Identity {
  /** Undefined only before the update that makes it: the first preview of a `dev` stack. */
  readonly public: X509Public | undefined;
  /** Undefined in a preview without keys: what is not signed yet stays so. */
  readonly source: Pkcs12Source | undefined;
  /** Address of the authority whose timestamps programs for Macs carry; undefined: they carry none. */
  readonly timestamp?: string | undefined;
}

/** The identities of a stack; where it has none for a purpose, artifacts are shipped unsigned. */
export type Identities = Readonly<Partial<Record<X509Purpose, Identity>>>;

/** Whether both halves of a source can be read here: a preview of a pull request has neither. */
export function isWithKeys({ file, password }: Pkcs12Source): boolean {
  return isAtHand(file) && isAtHand(password);
}

/**
 * What speaks against signing now (seconds since 1970), though signatures carry an earlier time: `expired on …`, or nothing.
 * Who verifies without a timestamp goes by the day of that.
 */
export function faultToday({ certificates: [own = ""] }: X509Public, now: number): string | undefined {
  return validityFault(new X509Certificate(Buffer.from(own, "base64")), now);
}

/**
 * The time that signatures of an identity state, in seconds since 1970: the release's epoch, so that equal inputs give equal
 * bytes, or the certificate's first second where that is later.
 */
export function signingTime({ certificates: [own = ""] }: X509Public, epoch: number): number {
  const { validFromDate } = new X509Certificate(Buffer.from(own, "base64"));
  return Math.max(epoch, Math.ceil(validFromDate.getTime() / 1000));
}
