import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { refusal } from "../errors.ts";

/** The command by which a job's log shows `***` for a value from here on (Actions, "Workflow commands": add-mask). */
export function maskCommand(value: string): string {
  const escaped = value.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  return `::add-mask::${escaped}\n`;
}

/**
 * Opens the file (`GITHUB_ENV`) whose variables the later steps of a job have, as the runner made it.
 * @throws SlipwayError SLW-GITHUB where it is not there to be written.
 */
export function openLaterSteps(file: string): Promise<FileHandle> {
  return open(file, constants.O_WRONLY | constants.O_APPEND).catch((error: unknown) => {
    const why = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw refusal("SLW-GITHUB", `The file that GITHUB_ENV names cannot be written${why}.`, {
      hint: "The runner makes it for each step: call this as a step of a job.",
    });
  });
}

/** Hands variables on, all in one write. Each value is known to be one line. */
export async function handOn(later: FileHandle, variables: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  await later.appendFile(lines.join(""));
}
