import { codeFlags } from "../formats/macos/code-directory.ts";
import type { SliceSignature } from "../formats/macos/code-signature.ts";
import type { SignerFacts } from "../formats/macos/code-signer.ts";

/** What is known of one slice of a program or library. */
export interface SliceFacts {
  /** For messages: `usr/local/bin/runtime (x86_64)`. */
  readonly name: string;
  readonly kind: "program" | "library";
  readonly signature: SliceSignature;
  /** Whether the code is still what was signed. */
  readonly isIntact: boolean;
  /** Of the CMS signature; undefined where there is none. */
  readonly signer: SignerFacts | undefined;
}

/** What is known of the package around them. */
export interface PackageFacts {
  /** The styles of its signatures, in order. */
  readonly signatures: readonly string[];
  /** Of the certificate that its table of contents names first; undefined where it names none. */
  readonly extensions: ReadonlySet<string> | undefined;
  /** Paths of the payload. */
  readonly paths: readonly string[];
  /** Why programs could not be looked at: sentences. */
  readonly unread: readonly string[];
}

/**
 * One thing that Apple wants (developer.apple.com, "Resolving common notarization issues"), as a line of the checklist and
 * as a check: it says what is wrong with the facts, in words that follow a name.
 */
export interface NotaryRule<Facts> {
  readonly title: string;
  /** What goes wrong without it, and how it is done. */
  readonly advice: string;
  check(facts: Facts): string | undefined;
}

/** Marks of Apple's certificates: Developer ID Application and Developer ID Installer. */
const developerId = { application: "1.2.840.113635.100.6.1.13", installer: "1.2.840.113635.100.6.1.14" } as const;
const debugging = "com.apple.security.get-task-allow";
const plugIns = "com.apple.security.cs.disable-library-validation";

export const sliceRules: readonly NotaryRule<SliceFacts>[] = [
  {
    title: "Each program and library is signed, for each processor.",
    advice: "`codesign` signs all slices of a universal file; programs that are joined later are signed before.",
    check: ({ signature }) => (signature.kind === "none" ? "has no code signature" : undefined),
  },
  {
    title: "The signature is by a Developer ID Application certificate.",
    advice:
      "An ad-hoc signature, as linkers make it, is nobody's; a certificate for development or for the App Store is another kind.",
    check: ({ signature, signer }) => {
      if (signature.kind === "ad-hoc") return "has an ad-hoc code signature: nobody's";
      if (signature.kind === "none" || signer?.extensions.has(developerId.application) === true) return undefined;
      return "is signed by a certificate that is not of kind Developer ID Application";
    },
  },
  {
    title: "The code is what was signed.",
    advice: "Whatever changes a program, such as `strip`, comes before its signature.",
    check: ({ signature, isIntact }) =>
      signature.kind === "none" || isIntact ? undefined : "was changed after it was signed",
  },
  {
    title: "The signature uses SHA-256.",
    advice: "`codesign` has added it since macOS 10.11; SHA-1 alone is not taken.",
    check: ({ signature }) =>
      signature.kind !== "none" && signature.directory.digest.algorithm === "sha1"
        ? "has a code signature of SHA-1 alone"
        : undefined,
  },
  {
    title: "Programs have the hardened runtime.",
    advice: "`codesign --options runtime`; a just-in-time compiler needs its entitlements.",
    check: ({ kind, signature }) =>
      kind === "program" && signature.kind !== "none" && (signature.directory.flags & codeFlags.hardenedRuntime) === 0
        ? "is signed without the hardened runtime"
        : undefined,
  },
  {
    title: "The signature has a secure timestamp.",
    advice: "`codesign --timestamp`: with it the signature is valid after its certificate has ended.",
    check: ({ signer }) => (signer?.timestamped === false ? "is signed without a secure timestamp" : undefined),
  },
  {
    title: "Nothing asks to be debugged.",
    advice: `The entitlement \`${debugging}\` is for development. With \`${plugIns}\` beside it, as hosts of plug-ins have it, it is taken.`,
    check: ({ signature }) => {
      const text = signature.kind === "none" ? "" : (signature.entitlements ?? "");
      return isTrue(text, debugging) && !isTrue(text, plugIns) ? `has the entitlement ${debugging}` : undefined;
    },
  },
];

export const packageRules: readonly NotaryRule<PackageFacts>[] = [
  {
    title: "The package is signed by a Developer ID Installer certificate.",
    advice: "Another kind of certificate than the one for programs.",
    check: ({ extensions }) => {
      if (extensions === undefined) return "is not signed";
      if (extensions.has(developerId.installer)) return undefined;
      return "is signed by a certificate that is not of kind Developer ID Installer";
    },
  },
  {
    title: "The package has an RSA and a CMS signature.",
    advice: "Without the second one it is notarized, and its ticket cannot be stapled.",
    check: ({ signatures, extensions }) =>
      extensions === undefined || signatures.join() === "RSA,CMS" ? undefined : "has not one RSA and one CMS signature",
  },
  {
    title: "The payload has no extended attributes.",
    advice:
      "`._` files hold them, `com.apple.quarantine` among them, and end up beside the programs. A browser marks the package itself when it is fetched: that is what notarization is for.",
    check: ({ paths }) => {
      const found = paths.find((path) => path.split("/").some((part) => part.startsWith("._")));
      return found === undefined ? undefined : `has extended attributes in ${found}`;
    },
  },
];

/** What is wrong, as Apple would find it: one sentence each, package first. */
export function notaryFindings(name: string, pkg: PackageFacts, slices: readonly SliceFacts[]): readonly string[] {
  const sentence = (subject: string, found: string | undefined) => (found === undefined ? [] : [`${subject} ${found}`]);
  return [
    ...pkg.unread.map((why) => `${name} cannot be looked at as a whole: ${why}`),
    ...packageRules.flatMap((rule) => sentence(name, rule.check(pkg))),
    ...slices.flatMap((slice) => sliceRules.flatMap((rule) => sentence(slice.name, rule.check(slice)))),
  ];
}

/** Whether an entitlement is there and true, in a property list as codesign stores it. */
function isTrue(propertyList: string, entitlement: string): boolean {
  return new RegExp(`<key>\\s*${entitlement.replaceAll(".", "\\.")}\\s*</key>\\s*<true\\s*/>`).test(propertyList);
}
