import parse from "spdx-expression-parse";
import licenceIds from "spdx-license-ids/index.json" with { type: "json" };

/** One licence of an expression, with its exception: `MIT`, `GPL-2.0-only WITH Classpath-exception-2.0`. */
export interface NamedLicence {
  /** Its SPDX identifier, with a `+` where that is written. */
  readonly id: string;
  readonly exception?: string;
}

/** An expression as its obligations: every group holds, and of a group any one alternative, which holds as a whole. */
export type Obligations = readonly (readonly (readonly NamedLicence[])[])[];

/**
 * Whether a text is an expression of SPDX 2.3, Annex D, in which every name is on the licence list. Operators in lower
 * case, which SPDX 3 allows, are not: what reads our records and packages may not know them.
 */
export function isSpdxExpression(text: string): boolean {
  try {
    parse(text);
    return !/[\s)](?:and|or|with)[\s(]/.test(text);
  } catch {
    return false;
  }
}

/** What an expression asks for. The text has to be one (`isSpdxExpression`). */
export function obligationsOf(text: string): Obligations {
  return groupsOf(parse(text));
}

/** Every identifier of the licence list, to guess from what was meant. */
export const knownLicences: readonly string[] = licenceIds;

type Parsed = ReturnType<typeof parse>;

function groupsOf(node: Parsed): Obligations {
  if ("conjunction" in node && node.conjunction === "and") return [...groupsOf(node.left), ...groupsOf(node.right)];
  return [alternativesOf(node)];
}

function alternativesOf(node: Parsed): readonly (readonly NamedLicence[])[] {
  if (!("conjunction" in node)) return [[named(node)]];
  const left = alternativesOf(node.left);
  const right = alternativesOf(node.right);
  if (node.conjunction === "or") return [...left, ...right];
  return left.flatMap((one) => right.map((other) => [...one, ...other]));
}

function named(leaf: Exclude<Parsed, { conjunction: unknown }>): NamedLicence {
  const id = `${leaf.license}${leaf.plus === true ? "+" : ""}`;
  return leaf.exception === undefined ? { id } : { id, exception: leaf.exception };
}
