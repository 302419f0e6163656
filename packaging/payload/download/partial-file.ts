import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson } from "../../canonical-json.ts";
import { sha256 } from "../../digest.ts";

/** The bytes that came so far. */
export const partialName = "partial";
const stateName = "partial.json";

const state = z.strictObject({
  schema: z.literal(1),
  /** SHA-256 of the address: it may hold a token, and validators are one server's own. */
  address: z.string(),
  /** A strong ETag, or a Last-Modified: what If-Range takes (RFC 9110 section 13.1.5). */
  validator: z.string().max(1000),
  /** Bytes of the whole object, as the server said. */
  total: z.int().nonnegative().optional(),
});

/** What a server says of the object that it sends, enough to go on with it later. */
export interface ObjectState {
  readonly validator: string;
  readonly total: number | undefined;
}

/**
 * A download's bytes in its folder, and beside them what they are the beginning of. The folder's lock is held by whoever
 * uses it; a process that is killed leaves bytes that the next one goes on with.
 */
export class PartialFile {
  readonly file: string;
  readonly #state: string;
  readonly #address: string;

  constructor(folder: string, url: string) {
    this.file = join(folder, partialName);
    this.#state = join(folder, stateName);
    this.#address = sha256(url);
  }

  async size(): Promise<number> {
    return (await stat(this.file).catch(() => undefined))?.size ?? 0;
  }

  /** What the bytes are the beginning of; undefined where that is not known, and they are of no use. */
  async state(): Promise<ObjectState | undefined> {
    try {
      const { address, validator, total } = state.parse(JSON.parse(await readFile(this.#state, "utf8")));
      return address === this.#address ? { validator, total } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Removes what there is, and notes what comes next; without a validator it cannot be gone on with. */
  async restart(next: ObjectState | undefined): Promise<void> {
    await this.remove();
    if (next === undefined) return;
    const { validator, total } = next;
    const text = canonicalJson({
      schema: 1,
      address: this.#address,
      validator,
      ...(total === undefined ? {} : { total }),
    });
    await writeFile(`${this.#state}.new`, text);
    await rename(`${this.#state}.new`, this.#state);
  }

  /** Opened to add bytes at its end. */
  async append(): Promise<FileHandle> {
    return open(this.file, "a");
  }

  /** Leaves the bytes, which are whole, and nothing beside them. */
  async finish(): Promise<string> {
    await rm(this.#state, { force: true });
    return this.file;
  }

  /** The state goes last: bytes without it are not used, and it without bytes is harmless. */
  async remove(): Promise<void> {
    await rm(this.file, { force: true });
    await rm(this.#state, { force: true });
  }
}
