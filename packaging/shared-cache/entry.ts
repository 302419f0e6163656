import { z } from "zod";
import { canonicalJson } from "../canonical-json.ts";
import { sha256Field, sizeField } from "../record/fields.ts";
import { verifyEd25519 } from "../signing/ed25519.ts";
import type { Ed25519Public, Ed25519Signer } from "../signing/signer.ts";

/** What a recipe gave: the digest and size of an object. */
export interface CacheEntry {
  readonly recipe: string;
  readonly sha256: string;
  readonly size: number;
}

/** An entry is a few hundred bytes; a longer one is something else. */
export const entryLimit = 4 << 10;
/** No artifact that we build is larger; an entry that says more is not followed. */
export const objectLimit = 8 * 2 ** 30;

const schema = z.strictObject({
  schema: z.literal(1),
  recipe: sha256Field,
  sha256: sha256Field,
  size: sizeField.max(objectLimit),
  signature: z
    .string()
    .regex(/^[0-9a-f]{128}$/)
    .exactOptional(),
});

/**
 * Where the entry of a recipe lies. Builders with different keys have their entries apart: none can be in the other's way,
 * and what a lost key signed is removed with one folder.
 */
export function entryPath(recipe: string, key: Ed25519Public | undefined): string {
  return `cache/entries/${key?.keyid ?? "unsigned"}/${recipe}.json`;
}

/** Where the bytes of a digest lie. */
export function objectPath(digest: string): string {
  return `cache/objects/${digest}`;
}

/** The one text of an entry; a signer gives the same one each time. */
export function entryText(entry: CacheEntry, signer: Ed25519Signer | undefined): string {
  const signature = signer && { signature: Buffer.from(signer.sign(signedBytes(entry))).toString("hex") };
  return canonicalJson({ schema: 1, ...entry, ...signature });
}

/**
 * Reads what lies in the place of a recipe's entry. A text says why it is none: damaged, of another recipe, or not signed by
 * `key`. Without a key, whoever can write the bucket is believed.
 */
export function readEntry(bytes: Uint8Array, recipe: string, key: Ed25519Public | undefined): CacheEntry | string {
  const parsed = schema.safeParse(jsonOf(bytes));
  if (!parsed.success) return "it is no entry of a cache";
  const { signature, schema: _, ...entry } = parsed.data;
  if (entry.recipe !== recipe) return `it is that of recipe ${entry.recipe}`;
  if (key === undefined) return entry;
  if (signature === undefined) return "it is not signed";
  const isSigned = verifyEd25519(key, signedBytes(entry), Buffer.from(signature, "hex"));
  return isSigned ? entry : `it is not signed by key ${key.keyid}`;
}

/** What a key signs here, it signs nowhere else. */
function signedBytes({ recipe, sha256, size }: CacheEntry): Buffer {
  return Buffer.from(canonicalJson({ purpose: "slipway shared cache entry 1", recipe, sha256, size }));
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
