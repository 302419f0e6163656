import type { Result } from "./command.ts";

/** The diff that `preview --diff` prints, or the preview's part of what `up --diff` does. */
export function previewText({ text }: Result): string {
  const [preview = ""] = text.split(/^Updating \(.*\):$/m);
  return preview;
}

/** The lines of a preview's diff that add, remove or change something, each with single spaces and no indentation. */
export function changedLines(result: Result): readonly string[] {
  const lines = previewText(result).split("\n");
  return lines.map((line) => line.trim().replaceAll(/\s+/g, " ")).filter((line) => /^[-+~] /.test(line));
}
