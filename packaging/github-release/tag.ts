import type { ReleaseRecord } from "../record/record.ts";
import { isVersion } from "../version.ts";

/**
 * The tag of a release. It has the product's name: a repository may have several, and the first must not be called
 * otherwise once a second comes.
 */
export function tagOf({ product, version }: Pick<ReleaseRecord, "product" | "version">): string {
  return `${product}-v${version}`;
}

/** The version that a tag is of; undefined for one of another product. */
export function versionOfTag(product: string, tag: string): string | undefined {
  const prefix = tagOf({ product, version: "" });
  const version = tag.slice(prefix.length);
  return tag.startsWith(prefix) && isVersion(version) ? version : undefined;
}
