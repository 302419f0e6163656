import type { Product } from "../manifest/product.ts";
import type { ProductTexts } from "../staging/texts.ts";

/** The product's licence, and below it those of what is inside, each text once: what an archive carries as LICENSE. */
export function licencesText(product: Product, texts: Pick<ProductTexts, "licence" | "thirdParty">): string {
  const held = new Map<string, string[]>();
  for (const [index, { name, licence }] of product.thirdParty.entries()) {
    const text = texts.thirdParty[index] ?? "";
    held.set(text, [...(held.get(text) ?? []), `${name}: ${licence.spdx}, ${licence.holder}`]);
  }
  const notices = [...held].map(([text, names]) => `${"-".repeat(72)}\n${names.join("\n")}\n\n${text.trimEnd()}\n`);
  if (notices.length === 0) return texts.licence;
  return [`${texts.licence.trimEnd()}\n`, "What is inside and was written by others:\n", ...notices].join("\n");
}
