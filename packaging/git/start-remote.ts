import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { codeOf } from "../store/settle.ts";
import type { Git } from "./git.ts";

/**
 * Makes an empty repository in the folder of a remote that does not exist or is empty; what is there otherwise is left as it
 * is. It gets its name when it is whole, so that two processes may do this at once.
 */
export async function startRemote({ remote: { folder }, run }: Git, branch: string): Promise<void> {
  if (folder === undefined || !(await isVacant(folder))) return;
  const temporary = `${folder}.${randomUUID()}.new`;
  try {
    await mkdir(path.dirname(folder), { recursive: true });
    await run(["--git-dir", temporary, "init", "--quiet", "--bare", "--template=", `--initial-branch=${branch}`]);
    // Windows renames no folder over another, however empty it is.
    await rmdir(folder).catch(() => undefined);
    await rename(temporary, folder).catch(async (error: unknown) => {
      if (await isVacant(folder)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Whether there is nothing at this path, or an empty folder. */
export async function isVacant(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    return codeOf(error) === "ENOENT";
  }
}
