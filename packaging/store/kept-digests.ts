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
 * What a directory store keeps of an object that it wrote: its digest, beside the file's identity (inode, size, time of
 * change). An object store keeps such a checksum by itself. It saves reading gigabytes, and says only what was written:
 * bits that rot under unchanged times are found by reading them.
 */
export class KeptDigests {
  readonly #folder: string;

  constructor(hiddenFolder: string) {
    this.#folder = join(hiddenFolder, "digests");
  }

  /** Notes the digest of the bytes that were just written to `file` as the object `path`. Best effort: it may be missing. */
  async keep(path: string, file: string, digest: string): Promise<void> {
    const identity = await identityOf(file);
    if (identity === undefined) return;
    await ensureFolder(this.#folder);
    const temporary = temporaryIn(this.#folder);
    try {
      await writeFile(temporary, JSON.stringify({ identity, sha256: digest }), { flag: "wx" });
      await rename(temporary, this.#fileOf(path));
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** The digest noted for the object, while its file is the very one that was written; else undefined. */
  async of(path: string, file: string): Promise<string | undefined> {
    const text = await readFile(this.#fileOf(path), "utf8").catch(() => "");
    if (text === "" || text.length > noteLimit) return undefined;
    const found = note.safeParse(parsed(text)).data;
    return found !== undefined && found.identity === (await identityOf(file)) ? found.sha256 : undefined;
  }

  #fileOf(path: string): string {
    return join(this.#folder, `${sha256(path)}.json`);
  }
}

async function identityOf(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found?.isFile() === true ? [found.ino, found.size, found.mtimeNs].join(" ") : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
