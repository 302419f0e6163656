import { z } from "zod";
import { byBytes } from "../byte-order.ts";

/** The parts that several documents have among their fields. */

export const sha256Field = z
  .string()
  .regex(/^[0-9a-f]{64}$/, { error: "expected a SHA-256 of 64 lower-case hex digits" });

export const sizeField = z
  .int({ error: "expected a size in bytes" })
  .nonnegative({ error: "expected a size in bytes" });

/** Text for people on one line: no control characters, no blanks around it. */
export function lineField(longest: number): z.ZodString {
  const error = `expected one line of 1 to ${longest} characters, without control characters`;
  return z
    .string({ error })
    .min(1, { error })
    .max(longest, { error })
    .regex(/^(?!\s)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*(?<!\s)$/u, { error });
}

/**
 * File name of an artifact: what every file system and SHA256SUMS can hold unescaped. Names that the release's folder
 * uses itself are refused, in any case: a folder may be copied to a file system that ignores it.
 */
export const artifactName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+~-]{0,199}$/, {
    error: "expected a file name of letters, digits and . _ + ~ -, at most 200",
  })
  .refine((name) => !reserved.test(name), { error: "expected a name that the release's folder does not use itself" });

const reserved = /^(?:inventory|release\.json|manifest\.json|metadata\.json|sha256sums(?:\..*)?|.*\.sig)$/i;

/** True where each is greater than the one before, as UTF-8 bytes: sorted, and none twice. */
export function strictlySorted(keys: readonly string[]): boolean {
  return keys.every((key, index) => index === 0 || byBytes(keys[index - 1] ?? "", key) < 0);
}
