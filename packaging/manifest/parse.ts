import { refuseMistakes } from "../errors.ts";
import { readText, type TextKind, tooLarge } from "../read-text.ts";
import { draftOf } from "./draft.ts";
import { findingsOf } from "./issues.ts";
import { locatedMistakes } from "./located-mistakes.ts";
import type { Product } from "./product.ts";
import { brokenRules } from "./rules.ts";
import { manifestSchema } from "./schema.ts";
import { toProduct } from "./to-product.ts";
import { parseYaml } from "./yaml-document.ts";

/** A few kilobytes are usual. */
const kind = { what: "a manifest", largest: 1 << 20, code: "SLW-MANIFEST" } as const satisfies TextKind;

/**
 * Reads a manifest file as UTF-8; `displayName` is what messages call it. Refuses with SLW-MANIFEST what cannot be read, is
 * larger than 1 MiB, or has mistakes (see `parseManifest`).
 */
export async function readManifest(file: string, displayName: string): Promise<Product> {
  return parseManifest(await readText(file, displayName, kind), displayName);
}

/**
 * A manifest's text as a product; `file` is what messages call it. All mistakes are reported at once, in the order of
 * the file, as one SlipwayError: SLW-MANIFEST, or SLW-VERSION for a version that one of the installers cannot express.
 */
export function parseManifest(text: string, file: string): Product {
  if (Buffer.byteLength(text) > kind.largest) throw tooLarge(file, kind);
  const document = parseYaml(text);
  const result = manifestSchema.safeParse(document.value);
  // Where the text itself is broken, its fields are a guess, and checking them would report echoes.
  const findings = document.broken
    ? []
    : [...findingsOf(result.error?.issues ?? [], document), ...brokenRules(draftOf(document.value))];
  refuseMistakes(locatedMistakes(file, document, findings));
  return toProduct(manifestSchema.parse(document.value));
}
