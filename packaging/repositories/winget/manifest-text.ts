import { Scalar, stringify } from "yaml";
import type { Manifest } from "./manifest-schema.ts";

/**
 * The text of a manifest, with the line by which editors know its form. Plain words are written plainly where every reader
 * of YAML 1.1 and 1.2 takes them as texts; all else is quoted, and digests always: one of digits alone would be a number.
 */
export function manifestText(manifest: Manifest): string {
  const { ManifestType: type, ManifestVersion: version } = manifest;
  const schema = `https://aka.ms/winget-manifest.${String(type)}.${String(version)}.schema.json`;
  const body = stringify(quoted(manifest), {
    version: "1.1",
    compat: "core",
    lineWidth: 0,
    defaultStringType: "PLAIN",
    aliasDuplicateObjects: false,
    indentSeq: false,
  });
  return `# yaml-language-server: $schema=${schema}\n\n${body}`;
}

function quoted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(quoted);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .map(([key, entry]) => [key, key.endsWith("Sha256") ? inQuotes(entry) : quoted(entry)]),
    );
  }
  return typeof value === "string" && /[^ -~]|^[\d.+-]/.test(value) && !/^\d+\.\d+\.\d+$/.test(value)
    ? inQuotes(value)
    : value;
}

function inQuotes(value: unknown): Scalar {
  const scalar = new Scalar(value);
  scalar.type = "QUOTE_DOUBLE";
  return scalar;
}
