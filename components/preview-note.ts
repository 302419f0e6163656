import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** Leaves the Markdown of a preview in `.slipway/previews/<stack>.md`, whole or not at all. */
export async function notePreview(markdown: string): Promise<void> {
  if (!pulumi.runtime.isDryRun()) return;
  const note = noteFile();
  await mkdir(path.dirname(note), { recursive: true });
  const temporary = `${note}.${process.pid}`;
  await writeFile(temporary, markdown);
  await rename(temporary, note);
}

/** Removes what an earlier preview left: one that is refused says nothing of what it would do. */
export async function forgetPreview(): Promise<void> {
  if (pulumi.runtime.isDryRun()) await rm(noteFile(), { force: true });
}

function noteFile(): string {
  return path.resolve(".slipway", "previews", `${pulumi.getStack()}.md`);
}
