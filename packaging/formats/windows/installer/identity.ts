import { guidOf } from "./guid.ts";
import type { MsiOptions } from "./options.ts";

/** The same for all versions of a product on an architecture: what an upgrade finds the older ones by. */
export function upgradeCode({ product, architecture }: MsiOptions): string {
  return guidOf("upgrade", product, architecture);
}

export interface PackageCodes {
  readonly product: string;
  readonly package: string;
}

/** Stand in for the codes while that is looked at which they follow from. */
export const noCodes: PackageCodes = {
  product: "{00000000-0000-0000-0000-000000000000}",
  package: "{00000000-0000-0000-0000-000000000000}",
};

/**
 * The codes of an .msi whose other bytes have this digest: two builds that differ in any byte are two products, of which
 * the later replaces the earlier, for Windows refuses a second package of an installed product.
 */
export function codesOf(digest: string): PackageCodes {
  return { product: guidOf("product", digest), package: guidOf("package", digest) };
}

/**
 * The same in all versions: Windows counts by it who still needs the file ("What happens if the component rules are
 * broken"). `path` is the installed one below Program Files.
 */
export function componentCode({ architecture }: MsiOptions, path: string): string {
  return guidOf("component", architecture, path.toLowerCase());
}
