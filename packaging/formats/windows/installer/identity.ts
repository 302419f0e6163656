import { canonicalJson } from "../../../canonical-json.ts";
import { sha256 } from "../../../digest.ts";
import type { Tree } from "../../../staging/tree.ts";
import { guidOf } from "./guid.ts";
import type { MsiOptions } from "./options.ts";

/** The same for all versions of a product on an architecture: what an upgrade finds the older ones by. */
export function upgradeCode({ product, architecture }: MsiOptions): string {
  return guidOf("upgrade", product, architecture);
}

/** One for each content: two builds that install other files are two products, of which the later replaces the earlier. */
export function productCode(options: MsiOptions, tree: Tree): string {
  const files = tree.entries.map((entry) => [entry.path, entry.type === "file" ? entry.sha256 : entry.type]);
  return guidOf("product", sha256(canonicalJson({ options, files })));
}

/**
 * The same in all versions: Windows counts by it who still needs the file ("What happens if the component rules are
 * broken"). `path` is the installed one below Program Files.
 */
export function componentCode({ architecture }: MsiOptions, path: string): string {
  return guidOf("component", architecture, path.toLowerCase());
}
