import { open } from "node:fs/promises";
import type { FileEntry } from "../../../staging/tree.ts";
import { type ProgramVersion, versionResource } from "./version-resource.ts";

/** What the tables say of a file's content. */
export interface FileFacts extends Partial<ProgramVersion> {
  readonly md5: Buffer;
}

/** The version of a file that is a program with one. */
export async function versionOf({ content }: FileEntry): Promise<ProgramVersion | undefined> {
  if (content.kind === "bytes") {
    const bytes = Buffer.from(content.base64, "base64");
    return versionResource(async (at, length) =>
      at + length > bytes.length ? undefined : bytes.subarray(at, at + length),
    );
  }
  const file = await open(content.file, "r");
  try {
    return await versionResource(async (at, length) => {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, at);
      return bytesRead < length ? undefined : buffer;
    });
  } finally {
    await file.close();
  }
}
