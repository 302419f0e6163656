import { type NamedLicence, obligationsOf } from "../../spdx.ts";
import { rubyString } from "./ruby.ts";

/**
 * An SPDX expression as `license` of a formula takes it (Homebrew, License Guidelines): one name, `any_of:`, `all_of:`, and
 * exceptions as `{ with: ... }`.
 */
export function rubyLicence(expression: string): string {
  const groups = obligationsOf(expression).map((alternatives) => {
    const each = alternatives.map((named) => allOf(named.map(rubyNamed)));
    return each.length === 1 ? (each[0] ?? "") : `any_of: [${each.map(inList).join(", ")}]`;
  });
  return allOf(groups);
}

function rubyNamed({ id, exception }: NamedLicence): string {
  if (/^(?:LicenseRef|DocumentRef)-/.test(id)) return ":cannot_represent";
  return exception === undefined ? rubyString(id) : `${rubyString(id)} => { with: ${rubyString(exception)} }`;
}

function allOf(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? "") : `all_of: [${parts.map(inList).join(", ")}]`;
}

/** A hash needs its braces inside a list. */
function inList(part: string): string {
  return /^"[^"]*"$|^:/.test(part) ? part : `{ ${part} }`;
}
