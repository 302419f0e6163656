import { open } from "node:fs/promises";
import type { Mistake } from "../errors.ts";
import { readSliceSignatures } from "../formats/macos/code-signature.ts";
import { type MachOSigner, rcodesignMissing } from "../signing/rcodesign.ts";
import { type BinaryClaim, sliceNames } from "./check-binary.ts";

/**
 * What is said of a program for Macs that has a slice without a code signature, of whoever: macOS on Apple silicon ends such
 * a one when it starts, and notarization takes none. SLW-PAYLOAD-UNSIGNED, or undefined; nothing is said where a signer signs
 * it before it is shipped.
 */
export async function checkSignature(
  { path, target, from }: BinaryClaim,
  file: string,
  signer: MachOSigner | undefined,
): Promise<Mistake | undefined> {
  if (signer === "present") return undefined;
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const slices = await readSliceSignatures(handle, size, `${path} for ${target}`);
    const bare = slices.filter(({ signature }) => signature.kind === "none").map(({ arch }) => sliceNames[arch]);
    if (bare.length === 0) return undefined;
    const whose = bare.length === slices.length ? "it" : `its ${bare.join(", ")} slice`;
    return {
      code: "SLW-PAYLOAD-UNSIGNED",
      message: `${path} for ${target} (from ${from}): ${whose} has no code signature.`,
      hint: signer === "missing" ? rcodesignMissing : bringSigned,
    };
  } finally {
    await handle.close();
  }
}

/** What to do where no identity for programs is configured. */
const bringSigned =
  "Sign each slice where it is built: `codesign --options runtime --timestamp --sign IDENTITY FILE` on a Mac, or " +
  "`rcodesign sign FILE` on any system; both sign ad hoc without an identity. Or let rcodesign sign it here by an identity " +
  "that slipway:keys.application names. Only a stack of stage dev goes without.";
