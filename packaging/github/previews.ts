import { readFile } from "node:fs/promises";
import path from "node:path";
import { fitted, safeMarkdown } from "./safe-markdown.ts";

/** What a preview of a stack left for its reviewers. */
export interface StackPreview {
  readonly stack: string;
  /** Markdown; undefined where the preview was refused or failed before it could write any. */
  readonly text: string | undefined;
}

/** Reads what previews of the stacks left (`<folder>/<stack>.md`). */
export async function readPreviews(folder: string, stacks: readonly string[]): Promise<readonly StackPreview[]> {
  return Promise.all(
    stacks.map(async (stack) => ({ stack, text: await textOrNone(path.join(folder, `${stack}.md`)) })),
  );
}

/**
 * One text of all previews, at most `limit` characters long: where it would be longer, each stack has an equal share, so
 * that a long one hides none. `runUrl`: where the whole output is.
 */
export function reportOf(previews: readonly StackPreview[], limit: number, runUrl: string | undefined): string {
  const run = runUrl === undefined ? "The output of the run" : `[The run](${runUrl})`;
  const none = `Its preview left no text here. ${run} shows what it printed.`;
  const sections = previews.map(
    ({ stack, text }) => `## ${stack}\n\n${text === undefined ? none : safeMarkdown(text).trim()}\n`,
  );
  const whole = sections.join("\n");
  if (whole.length <= limit) return whole;
  const share = Math.floor(limit / sections.length) - 1;
  const notice = `The rest does not fit here. ${run} has all of it.\n`;
  return sections.map((section) => fitted(section, share, notice)).join("\n");
}

async function textOrNone(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
