import { canonicalJson } from "../canonical-json.ts";
import type { ReleaseRecord } from "./record.ts";

/** `SHA256SUMS`, as `sha256sum --check` reads it: digest, two spaces, name. Sorted by name, as the record is. */
export function sumsText(record: ReleaseRecord): string {
  return record.artifacts.map(({ name, shipped }) => `${shipped}  ${name}\n`).join("");
}

/** `manifest.json`: what there is to download, for scripts. */
export function manifestJsonText(record: ReleaseRecord): string {
  const { product, version } = record;
  const artifacts = record.artifacts.map(({ name, target, format, size, shipped }) => ({
    name,
    target,
    format,
    size,
    sha256: shipped,
  }));
  return canonicalJson({ schema: 1, product, version, artifacts });
}
