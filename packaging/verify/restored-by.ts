import type { Finding } from "../finding.ts";

/** Who can put an object right, by where it lies. */
const owners: readonly (readonly [where: RegExp, who: string])[] = [
  [/\.sig\/|\/SHA256SUMS\.asc$/, "the stack that published the release signs it again with its next update"],
  [
    /^releases\//,
    "the stack that published the release restores the recorded bytes with its next update, from its cache or a copy",
  ],
  [
    /^tuf\/\d+\.(?:root|targets)\.json$/,
    "the stack that owns the bucket has a copy in its state, and puts it back with its next update",
  ],
  [/^(?:channels\/)?[^/]+\.html$/, "the stack that moves the channel writes its pages anew with its next update"],
  [/^(?:tuf|channels)\//, "the stack that moves the channel writes it anew with its next update"],
  [/^dists\//, "the stack that moves the channel of this name makes the suite anew with its next update"],
  [/^keys\//, "the stack that owns the archive's keys puts them back with its next update"],
];

/** Whoever can restore what a finding is about, as a sentence without its full stop. */
export function restoredBy({ path, expected }: Pick<Finding, "path" | "expected">): string {
  if (expected === "nothing") return "the owner of the bucket removes it";
  return owners.find(([where]) => where.test(path))?.[1] ?? "the owner of the bucket";
}
