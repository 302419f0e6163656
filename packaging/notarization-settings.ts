import type { z } from "zod";
import { record, text } from "./manifest/fields.ts";
import { source, wholeNumber } from "./setting-values.ts";

/** `slipway:notarization`: an App Store Connect API key by reference, and how long an update waits for Apple. */
export const notarization = record("an App Store Connect API key: { issuer: ..., key-id: ..., source: ... }", {
  issuer: text(
    "the issuer id of App Store Connect's page of keys, such as 57246542-96fe-1a63-e053-0824d011072a",
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  ),
  "key-id": text("the key's id: 10 capital letters and digits, such as 2X9R4HXF34", /^[A-Z0-9]{10}$/),
  source,
  /** Minutes. */
  wait: wholeNumber("a whole number of minutes from 1 to 999", 1, 999).default(30),
});

export type NotarizationSetting = z.infer<typeof notarization>;
