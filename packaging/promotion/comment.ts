import { briefLines } from "../difference/brief.ts";
import type { Difference } from "../difference/difference.ts";
import { differenceMarkdown, fenced, inline } from "../difference/markdown.ts";
import { counts, title, totalSize } from "../difference/wording.ts";
import { printable } from "../manifest/printable.ts";

/** What a pull request's comment shows of one product. */
export interface CommentedProduct {
  readonly product: string;
  readonly version: string;
  readonly channel: string;
  /** Undefined where the channel serves nothing yet, or where what it serves is lost. */
  readonly difference: Difference | undefined;
  /** The version that the channel serves, where its record or an inventory is damaged. */
  readonly lost?: string | undefined;
  /** What users of each platform get, as lines. */
  readonly users: readonly string[];
}

/**
 * The Markdown of a comment: what a reviewer wants to know fits on a screen, and every artifact follows folded. Products
 * that stay byte for byte are not named; an empty text where all do.
 */
export function commentMarkdown(products: readonly CommentedProduct[]): string {
  return products.flatMap(partsOf).join("\n");
}

function partsOf({ product, version, channel, difference, lost, users }: CommentedProduct): readonly string[] {
  const lines = users.length === 0 ? [] : [...fenced(users.map(printable))];
  if (lost !== undefined) {
    const what = `What changes inside cannot be told: the record or an inventory of ${lost} is damaged.`;
    return [`### ${inline(`${product} ${lost} → ${version}`)} on ${channel}\n`, `${what}\n`, ...lines];
  }
  if (difference === undefined) return [`### ${inline(`${product} ${version}`)}, the first on ${channel}\n`, ...lines];
  if (difference.same) return [];
  return [
    `### ${inline(title(difference))} on ${channel}\n`,
    `${counts(difference)}. Size ${totalSize(difference)}.\n`,
    ...fenced(briefLines(difference)),
    ...lines,
    "<details><summary>Every artifact</summary>\n",
    differenceMarkdown(difference),
    "</details>\n",
  ];
}
