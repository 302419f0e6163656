import { chmod, link, lstat, mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { withKernelLock } from "./kernel-lock.ts";

const folderMode = 0o755;

/** What link(2) and its kin say where a file system has no hard links (FAT, exFAT, some network mounts). */
const noHardLinks: ReadonlySet<unknown> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL", "UNKNOWN"]);

/** How long a last step may wait for another's; each is a digest and a rename, so this is never reached in health. */
export const lockPatienceMs = 60_000;

/**
 * Gives a finished temporary file its final name, only if nothing has that name: link(2) is one atomic step and refuses
 * an existing one. Without hard links the same is done by a check and a rename under the lock, which then all creators
 * take. Returns false where the name was taken. The temporary may still be there afterwards.
 */
export async function settleNew(temporary: string, final: string, lock: string, linkFile = link): Promise<boolean> {
  try {
    await linkFile(temporary, final);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return false;
    if (!noHardLinks.has(code)) throw error;
    const moved = await withKernelLock(lock, lockPatienceMs, async () => {
      if (await exists(final)) return false;
      await rename(temporary, final);
      return true;
    });
    if (!moved) return false;
  }
  await syncFolder(dirname(final));
  return true;
}

/** Makes a folder and its missing parents, readable by all whatever the umask says. */
export async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(folder) === folder) throw error;
    await ensureFolder(dirname(folder));
    return ensureFolder(folder);
  }
  await chmod(folder, folderMode);
}

/** Makes a new name survive a loss of power. Windows cannot open folders, and needs no such step. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The result of `work`, or `absent` where what it looks for is not there. */
export async function absentAs<T, A>(absent: A, work: Promise<T>): Promise<T | A> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return absent;
    throw error;
  }
}

/** The operating system's name of a failure (`ENOENT`), or undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
