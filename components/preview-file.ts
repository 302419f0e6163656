import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** Where a preview of this stack leaves something for later: `.slipway/previews/<stack>.<ending>`. */
export function previewFile(ending: "json" | "md"): string {
  return path.resolve(".slipway", "previews", `${pulumi.getStack()}.${ending}`);
}

/** Writes such a file, whole or not at all. */
export async function writePreviewFile(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}
