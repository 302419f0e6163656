import { rmSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { previewFile, writePreviewFile } from "./preview-file.ts";

/** Leaves the Markdown of a preview where a pull request's comment takes it from. */
export async function notePreview(markdown: string): Promise<void> {
  if (pulumi.runtime.isDryRun()) await writePreviewFile(previewFile("md"), markdown);
}

/** Removes what an earlier preview left: one that is refused says nothing of what it would do. */
export function forgetPreview(): void {
  if (pulumi.runtime.isDryRun()) rmSync(previewFile("md"), { force: true });
}
