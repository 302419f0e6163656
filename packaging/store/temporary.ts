import { randomUUID } from "node:crypto";
import { lstat, open, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ObjectBytes } from "./store.ts";
import { verifiedPieces } from "./verified-pieces.ts";

/** Everyone may read what is published. */
export const fileMode = 0o644;
const dayMs = 24 * 60 * 60 * 1000;
/** Only such names are swept: the lock beside them stays. */
const temporaryPattern = /^[0-9]+-[0-9a-f-]{36}$/;

/** A new name in a folder, unique over processes and machines. */
export function temporaryIn(folder: string): string {
  return join(folder, `${process.pid}-${randomUUID()}`);
}

/**
 * Writes bytes under a new name in `folder`, checks them against what was promised, and has them on the disk (fsync)
 * before it returns the file's path. On any failure nothing is left.
 * @throws SlipwayError SLW-STORE where the bytes are not the promised ones.
 */
export async function writeTemporary(folder: string, bytes: ObjectBytes, path: string): Promise<string> {
  const file = temporaryIn(folder);
  const handle = await open(file, "wx", fileMode);
  try {
    // The umask may have taken bits away.
    await handle.chmod(fileMode);
    // Bytes in memory are what they are; those of a file were promised when somebody else read it.
    if (bytes instanceof Uint8Array) await handle.writeFile(bytes);
    else for await (const piece of verifiedPieces(bytes, path)) await handle.writeFile(piece);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(file, { force: true });
    throw error;
  }
  await handle.close();
  return file;
}

/**
 * Removes temporary files that are more than a day older than `fresh`, a file just written beside them: their writers
 * died. Both times are the file system's, so no clock of this machine takes part.
 */
export async function sweepTemporaries(fresh: string): Promise<void> {
  const folder = dirname(fresh);
  const now = (await lstat(fresh)).mtimeMs;
  for (const name of await readdir(folder)) {
    if (!temporaryPattern.test(name)) continue;
    const file = join(folder, name);
    const found = await lstat(file).catch(() => undefined);
    if (found?.isFile() && now - found.mtimeMs > dayMs) await rm(file, { force: true });
  }
}
