import type { ArtifactDifference, Difference } from "./difference.ts";
import { byTarget } from "./text.ts";
import { artifactTitle, changeLines, counts, fieldLines, title, totalSize } from "./wording.ts";

/**
 * A difference as Markdown for a pull request: headings in words, everything that comes from files in fenced blocks, so
 * that no name can become markup.
 */
export function differenceMarkdown(difference: Difference): string {
  const heading = `### ${inline(title(difference))}\n`;
  if (difference.same) return `${heading}\nSame bytes.\n`;
  const parts = [
    heading,
    `${counts(difference)}. Size ${totalSize(difference)}.\n`,
    ...fenced(difference.facts.flatMap(fieldLines)),
    ...byTarget(difference).flatMap(([target, artifacts]) => targetParts(target, artifacts)),
  ];
  return parts.join("\n");
}

function targetParts(target: string, artifacts: readonly ArtifactDifference[]): readonly string[] {
  if (target !== "" && artifacts.every(({ change }) => change === "same")) return [`**${target}**: same bytes\n`];
  return [
    ...(target === "" ? [] : [`**${target}**\n`]),
    ...artifacts.flatMap((artifact) => {
      const [name = "", ...cells] = artifactTitle(artifact);
      return [`${inline(name)} ${cells.join(", ")}\n`, ...fenced(changeLines(artifact))];
    }),
  ];
}

/** A block that `diff` colouring suits; its fence is longer than any row of backticks inside (CommonMark, section 4.5). */
export function fenced(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const fence = "`".repeat(Math.max(3, longestTicks(lines.join("\n")) + 1));
  return [`${fence}diff\n${lines.join("\n")}\n${fence}\n`];
}

/** A code span (CommonMark, section 6.1). */
export function inline(text: string): string {
  const ticks = "`".repeat(longestTicks(text) + 1);
  return ticks.length === 1 ? `\`${text}\`` : `${ticks} ${text} ${ticks}`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
}
