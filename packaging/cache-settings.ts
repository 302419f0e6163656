import type { z } from "zod";
import type { Mistake } from "./errors.ts";
import { record, text } from "./manifest/fields.ts";
import { bucketLocation, source } from "./setting-values.ts";
import type { StageName } from "./stage-settings.ts";
import { isS3Location } from "./store/location.ts";

/** `source` is filled in where builds are uploaded; without it a machine reads what others have built. */
const key = record("the key that signs entries: { public: HEX, source: ... }", {
  public: text("the public half: 32 bytes in lower-case hex", /^[0-9a-f]{64}$/),
  source: source.optional(),
});

/** The setting of a cache that machines share. Every message completes "slipway:cache: expected ..., found ...". */
export const sharedCache = record("a shared cache: { location: PLACE, key: { public: HEX, source: ... } }", {
  location: bucketLocation,
  key: key.optional(),
});

export type SharedCacheSetting = z.infer<typeof sharedCache>;

/**
 * What a stack's cache lacks (SLW-SETTINGS): what is believed without a signature, whoever can write the bucket decides. Only a
 * `dev` stack with a folder of its own does without.
 */
export function unsignedCache(stage: StageName, cache: unknown): readonly Mistake[] {
  if (typeof cache !== "object" || cache === null || "key" in cache) return [];
  const { location } = cache as { readonly location?: unknown };
  if (stage === "dev" && !(typeof location === "string" && isS3Location(location))) return [];
  return [
    {
      code: "SLW-SETTINGS",
      message: "slipway:cache.key is missing: whoever can write the cache could decide what is released",
      setting: ["cache", "key"],
      hint: "Name the public half of the builder's Ed25519 key, and its source where builds are uploaded: { public: HEX, source: { env: NAME } }.",
    },
  ];
}
