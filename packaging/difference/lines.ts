import { diffArrays } from "diff";
import { ownValue, sortedKeys } from "./entries.ts";

/** Lines that went, and those that came in their place. */
export interface Hunk {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** A text of both sides that differs. */
export interface TextChange {
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

/** The work grows with the square of it; two texts that are further apart are shown whole. */
const mostEdits = 2000;

/** Which texts that both sides have differ, and in which lines. What only one side has, its entries tell. */
export function compareTexts(
  from: Readonly<Record<string, string>> = {},
  to: Readonly<Record<string, string>> = {},
): readonly TextChange[] {
  return sortedKeys(from, to).flatMap((path) => {
    const [before, after] = [ownValue(from, path), ownValue(to, path)];
    if (before === undefined || after === undefined || before === after) return [];
    return [{ path, hunks: compareLines(linesOf(before), linesOf(after)) }];
  });
}

/** The shortest way from one text to the other, as Myers's algorithm finds it. */
export function compareLines(from: readonly string[], to: readonly string[]): readonly Hunk[] {
  const parts = diffArrays([...from], [...to], { maxEditLength: mostEdits });
  if (parts === undefined) return [{ removed: from, added: to }];
  const hunks: { removed: string[]; added: string[] }[] = [];
  let open: { removed: string[]; added: string[] } | undefined;
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      open = undefined;
      continue;
    }
    if (open === undefined) {
      open = { removed: [], added: [] };
      hunks.push(open);
    }
    (added ? open.added : open.removed).push(...value);
  }
  return hunks;
}

/** A final newline that one side lacks shows as a line of its own. */
function linesOf(text: string): readonly string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : [...lines.slice(0, -1), `${lines.at(-1)} (without a newline)`];
}
