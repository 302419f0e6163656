import { z } from "zod";
import { record, text } from "./manifest/fields.ts";
import type { KeySource } from "./signing/signer.ts";
import { whyNoLocation } from "./store/location.ts";

/** Values that several settings have. Every message completes the sentence "slipway:NAME: expected ..., found ...". */

export const file = text("a path in one line that is not empty", /^[^\p{Cc}\p{Cs}\u2028\u2029]{1,4096}$/u);

/** A folder, or a place of an object store: `s3://NAME/PREFIX?endpoint=URL&region=REGION`. */
export const bucketLocation = file.superRefine((location, context) => {
  const expected = whyNoLocation(location);
  if (expected !== undefined) context.addIssue({ code: "custom", message: expected });
});

/** As `pulumi config set` writes it, or in a file as a number; nothing else becomes one. */
export function wholeNumber(expected: string, least: number, most: number) {
  const digits = z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number);
  return z
    .union([z.number(), digits], { error: expected })
    .refine((value) => Number.isInteger(value) && value >= least && value <= most, { error: expected });
}

const aSource = "where the private half is: { env: NAME } or { file: PATH }";
const variable = text("the name of an environment variable", /^[^=\p{Cc}]{1,256}$/u);
export const source = z.union([record(aSource, { env: variable }), record(aSource, { file })], { error: aSource });

/** A source as the signing door takes it. */
export function keySource(setting: z.infer<typeof source>): KeySource {
  return "env" in setting ? { kind: "env", name: setting.env } : { kind: "file", path: setting.file };
}
