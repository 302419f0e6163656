import { type FileHandle, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { scratch } from "../../__fixtures__/scratch.ts";

/** Works on bytes as a file, which is open meanwhile. */
export async function opened<Result>(
  context: TestContext,
  bytes: Uint8Array,
  work: (file: FileHandle, size: number) => Promise<Result>,
): Promise<Result> {
  const name = join(await scratch(context), "file");
  await writeFile(name, bytes);
  const file = await open(name);
  try {
    return await work(file, bytes.length);
  } finally {
    await file.close();
  }
}
