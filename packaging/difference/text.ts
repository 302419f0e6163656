import type { ArtifactDifference, Difference } from "./difference.ts";
import { artifactTitle, changeLines, counts, fieldLines, title, totalSize } from "./wording.ts";

/** A difference as plain lines for a terminal or a log: no colour, and each fact on a line that can be searched for. */
export function differenceText(difference: Difference): string {
  if (difference.same) return `${title(difference)}   same bytes\n`;
  const lines = [
    `${title(difference)}   ${counts(difference)}`,
    "",
    ...difference.facts.flatMap(fieldLines).map((line) => `  ${line}`),
    ...byTarget(difference).flatMap(([target, artifacts]) => targetLines(target, artifacts)),
    `  size   ${totalSize(difference)}`,
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** The artifacts of each target, in their order. */
export function byTarget({ artifacts }: Difference): readonly (readonly [string, readonly ArtifactDifference[]])[] {
  return [...Map.groupBy(artifacts, ({ target }) => target)];
}

function targetLines(target: string, artifacts: readonly ArtifactDifference[]): readonly string[] {
  if (target !== "" && artifacts.every(({ change }) => change === "same")) return [`  ${target}   same bytes`];
  const indent = target === "" ? "  " : "    ";
  const titles = artifacts.map((artifact) => artifactTitle(artifact));
  const width = Math.max(...titles.map(([name = ""]) => name.length));
  return [
    ...(target === "" ? [] : [`  ${target}`]),
    ...artifacts.flatMap((artifact, at) => {
      const [name = "", ...cells] = titles[at] ?? [];
      const lines = changeLines(artifact).map((line) => `${indent}  ${line}`);
      return [`${indent}${[name.padEnd(width), ...cells].join("   ")}`, ...lines];
    }),
  ];
}
