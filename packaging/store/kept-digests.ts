import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { sha256 } from "../digest.ts";
import { ensureFolder } from "./settle.ts";
import { temporaryIn } from "./temporary.ts";

const note = z.strictObject({ identity: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** A note is two short lines of JSON; anything larger is none. */
const noteLimit = 1000;

/**
 * What a directory store keeps of an object that it wrote: its digest, beside the file's identity (inode, size, times of
 * content and status). An object store keeps such a checksum by itself. It saves reading gigabytes, and says only what was
 * written: bits that rot under unchanged times are found by reading them.
 */
export class KeptDigests {
  readonly #hidden: string;
  readonly #folder: string;

  constructor(hiddenFolder: string) {
    this.#hidden = hiddenFolder;
    this.#folder = join(hiddenFolder, "digests");
  }

  /**
   * Notes the digest of the bytes that lie in `file` as the object `path`. The object is whole and in its place by then: that
   * a note could not be written is no failure of it, and costs a reading later.
   */
  async keep(path: string, file: string, digest: string): Promise<void> {
    const identity = await identityOf(file);
    if (identity !== undefined) await this.#write(path, JSON.stringify({ identity, sha256: digest })).catch(() => {});
  }

  async #write(path: string, text: string): Promise<void> {
    await ensureFolder(this.#folder);
    // Beside the other temporaries, where those of dead writers are swept.
    const temporary = temporaryIn(this.#hidden);
    try {
      await writeFile(temporary, text, { flag: "wx" });
      await rename(temporary, this.#fileOf(path));
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** The digest noted for the object, while its file is the very one that was noted; else undefined. */
  async of(path: string, file: string): Promise<string | undefined> {
    const found = note.safeParse(await this.#read(path)).data;
    return found !== undefined && found.identity === (await identityOf(file)) ? found.sha256 : undefined;
  }

  async #read(path: string): Promise<unknown> {
    try {
      const file = this.#fileOf(path);
      return (await stat(file)).size > noteLimit ? undefined : JSON.parse(await readFile(file, "utf8"));
    } catch {
      return undefined;
    }
  }

  #fileOf(path: string): string {
    return join(this.#folder, `${sha256(path)}.json`);
  }
}

async function identityOf(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  // The time of status is nobody's to set: who writes into the file and sets its time back is seen by it.
  return found?.isFile() === true ? [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(" ") : undefined;
}
