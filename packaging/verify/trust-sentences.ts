import type { TrustedKeys } from "./trusted-keys.ts";
import { type Pins, rootToTrust } from "./trusted-root.ts";

/** What was trusted, and on whose word: a sentence for TUF's keys, and one for the archive's OpenPGP keys. */
export function trustSentences(pins: Pins, root: number | undefined, keys: TrustedKeys): readonly string[] {
  const own = "was taken from the bucket itself: whoever can write it can replace it";
  const channels =
    root === undefined && pins.rootKey === undefined
      ? `channels: the TUF root ${own}. Pin one with --root FILE, or its key with --key ID (${rootToTrust} names it)`
      : `channels: ${root === undefined ? "no TUF root of the pinned key" : `TUF root ${root}, which is pinned${pins.root === undefined ? " by its key" : ""}`}`;
  const names = keys.keys.map(({ fingerprint }) => fingerprint).join(", ") || "none";
  const by = {
    bucket: `the OpenPGP keys of the archive: ${names}. Their word ${own}`,
    keyring: `the OpenPGP keys of the archive's signed keyring: ${names}`,
    pin: `the pinned OpenPGP key: ${names}`,
  }[keys.vouchedBy];
  return [channels, `releases and suites: ${by}`];
}
