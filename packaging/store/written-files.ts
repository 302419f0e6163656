import { link, rm, stat } from "node:fs/promises";
import { absentAs } from "./settle.ts";

/**
 * Where bytes in memory were written last. The same bytes under another path are a second name of that file, which is faster
 * than a second file.
 */
export class WrittenFiles {
  readonly #files = new WeakMap<Uint8Array, { readonly file: string; readonly content: string }>();

  /** Notes that `file` was just made of these bytes. */
  async note(bytes: Uint8Array, file: string): Promise<void> {
    const content = await contentIdentity(file);
    if (content !== undefined) this.#files.set(bytes, { file, content });
  }

  /** Gives such a file the name `temporary` too. False where there is none, or it is not as it was written. */
  async link(bytes: Uint8Array, temporary: string): Promise<boolean> {
    const written = this.#files.get(bytes);
    if (written === undefined) return false;
    try {
      await link(written.file, temporary);
    } catch {
      return false;
    }
    if ((await contentIdentity(temporary)) === written.content) return true;
    await rm(temporary, { force: true });
    return false;
  }
}

/** Device, inode, size and time of writing: what a second name of a file does not change. */
async function contentIdentity(file: string): Promise<string | undefined> {
  const status = await absentAs(undefined, stat(file, { bigint: true }));
  return status && [status.dev, status.ino, status.size, status.mtimeNs].join(" ");
}
