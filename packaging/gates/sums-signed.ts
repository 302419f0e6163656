import type { Gate } from "./gate.ts";

/** A signature by some key of the team is not enough: whoever holds one role's key must not be able to speak for another. */
export const sumsSigned: Gate = {
  name: "sums-signed",
  description: "SHA256SUMS is signed by an OpenPGP key of the channel that the release is taken from.",
  stages: ["release"],
  check: ({ product, version, from, signatures: { expected, found } }) => {
    if (expected.some((key) => found.includes(key))) return undefined;
    const keys = expected.join(" or ");
    const sums = `SHA256SUMS of ${product} ${version}`;
    if (found.length === 0) {
      return (
        `${sums} has no signature that verifies, so nobody can tell who made these files; the key of channel ${from}, ` +
        `${keys}, must have signed it. Update the stack that moves ${from}, which signs it, then run this update again.`
      );
    }
    return (
      `${sums} is signed by ${found.join(" and ")}, and not by ${keys}, the key of channel ${from}: these files may ` +
      "come from somebody who does not release. Find out who signed them; where the key was changed, let slipway:signer " +
      "list the new certificate too."
    );
  },
};
