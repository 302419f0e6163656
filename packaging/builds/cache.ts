import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { canonicalJson } from "../canonical-json.ts";
import { type Clock, systemClock } from "../clock.ts";
import { sha256, sha256File } from "../digest.ts";
import { refusal } from "../errors.ts";
import { type NotedDigests, notedDigests } from "./noted-digests.ts";

/** Bytes in the cache: their digest, their size, and the file that holds them. */
export interface CachedObject {
  readonly sha256: string;
  readonly size: number;
  readonly file: string;
}

const digestPattern = /^[0-9a-f]{64}$/;
const recipeEntry = z.strictObject({
  schema: z.literal(1),
  sha256: z.string().regex(digestPattern),
  size: z.int().nonnegative(),
});

/** A temporary file, or a build's folder, that is so old belongs to a process that died. */
const abandonedAfterSeconds = 24 * 60 * 60;

/**
 * Files whose digest this process has checked, with their identity at that time. Programs open the cache in several
 * places; each object is hashed once for all of them.
 */
const verified = new Map<string, string>();

/**
 * A content-addressed cache in a folder:
 * - `objects/<sha256>`: bytes under their own digest;
 * - `recipes/<recipe>.json`: which object a recipe once gave;
 * - `temporary/`: what is being written. All other names appear by rename, so two processes may share the folder.
 *
 * Nothing in it is needed: it may be deleted at any time, in part or whole, and only time is lost.
 */
export class BuildCache {
  readonly objectsFolder: string;
  readonly #recipesFolder: string;
  readonly #temporaryFolder: string;
  readonly #digests: NotedDigests;
  readonly #onCorrupt: (what: string) => void;

  /** `onCorrupt` hears one sentence for each damaged entry, which is gone by then. */
  constructor(folder: string, onCorrupt: (what: string) => void) {
    this.objectsFolder = join(folder, "objects");
    this.#recipesFolder = join(folder, "recipes");
    this.#temporaryFolder = join(folder, "temporary");
    this.#digests = notedDigests(folder);
    this.#onCorrupt = onCorrupt;
  }

  /**
   * What a recipe gave before, its digest known by the notes of this cache; undefined where it must be built. Whoever
   * ships the object takes its bytes by `getFile`, which reads them all.
   */
  async lookup(recipe: string): Promise<CachedObject | undefined> {
    const file = this.#recipeFile(recipe);
    const json = await readOrUndefined(file);
    if (json === undefined) return undefined;
    const entry = parseEntry(json);
    if (entry === undefined) {
      this.#onCorrupt(`Cache entry of recipe ${recipe} is not readable; it is built again.`);
      await rm(file, { force: true });
      return undefined;
    }
    const object = await this.#object(entry.sha256, "noted");
    return object?.size === entry.size ? object : undefined;
  }

  /** Keeps the digests that lookups found, so that the next run need not read those objects. */
  async saveDigests(): Promise<void> {
    await this.#digests.save();
  }

  /**
   * Takes a finished temporary file as the object that `recipe` gives. The bytes on the disk are read again and must
   * be those that the writer says it wrote.
   * @throws SlipwayError SLW-BUILD where they are not; nothing is kept then.
   */
  async store(
    recipe: string,
    temporaryFile: string,
    written: { readonly sha256: string; readonly size: number },
  ): Promise<CachedObject> {
    const found = await sha256File(temporaryFile).catch(() => undefined);
    if (found?.sha256 !== written.sha256 || found.size !== written.size) {
      await rm(temporaryFile, { force: true });
      throw refusal(
        "SLW-BUILD",
        `What was read back from the cache folder is not what was written there: expected ${written.size} bytes with ` +
          `SHA-256 ${written.sha256}, found ${found === undefined ? "no file" : `${found.size} with ${found.sha256}`}.`,
        { hint: "Another program changed the cache folder, or the disk is failing." },
      );
    }
    const object = await this.#adopt(temporaryFile, written);
    await this.#writeWhole(
      this.#recipeFile(recipe),
      canonicalJson({ schema: 1, sha256: written.sha256, size: written.size }),
    );
    return object;
  }

  /** Keeps a few bytes and returns their digest. */
  async putBytes(bytes: Uint8Array): Promise<string> {
    const digest = sha256(bytes);
    if ((await this.#object(digest)) !== undefined) return digest;
    const temporary = await this.temporaryFile();
    await writeFile(temporary, bytes, { flag: "wx" });
    await this.#adopt(temporary, { sha256: digest, size: bytes.length });
    return digest;
  }

  /** The file that holds the bytes of a digest, verified; undefined where the cache does not have them. */
  async getFile(digest: string): Promise<string | undefined> {
    return (await this.#object(digest))?.file;
  }

  /** A path for a new file, unique over processes and machines; its folder exists. */
  async temporaryFile(): Promise<string> {
    await mkdir(this.#temporaryFolder, { recursive: true }).catch(unusable);
    return join(this.#temporaryFolder, randomUUID());
  }

  /** A new empty folder for one build or signature, for this user alone; whoever asked for it removes it. */
  async temporaryFolder(): Promise<string> {
    const folder = await this.temporaryFile();
    await mkdir(folder, { mode: 0o700 }).catch(unusable);
    return folder;
  }

  /** Removes what processes that died have left in `temporary/`. */
  async sweep(clock: Clock = systemClock): Promise<void> {
    const oldest = (clock.now() - abandonedAfterSeconds) * 1000;
    for (const name of await readdir(this.#temporaryFolder).catch(() => [])) {
      const path = join(this.#temporaryFolder, name);
      const found = await statOrUndefined(path);
      if (found !== undefined && found.mtimeMs < oldest) await rm(path, { recursive: true, force: true });
    }
  }

  async #object(digest: string, trust: "noted" | "read" = "read"): Promise<CachedObject | undefined> {
    if (!digestPattern.test(digest)) throw new TypeError(`not a SHA-256: ${digest}`);
    const file = join(this.objectsFolder, digest);
    const identity = await identityOf(file);
    if (identity === undefined) return undefined;
    if (verified.get(file) !== identity.text) {
      const found = await (trust === "noted" ? this.#digests.digestOf(file) : sha256File(file)).catch(() => undefined);
      if (found?.sha256 !== digest) {
        this.#onCorrupt(`Cached object ${digest} holds other bytes; it was removed.`);
        await rm(file, { force: true });
        await this.#digests.forget();
        return undefined;
      }
      if (trust === "read") verified.set(file, identity.text);
    }
    return { sha256: digest, size: identity.size, file };
  }

  /** Moves a verified file under its digest. An equal object that another process put there first is as good. */
  async #adopt(temporaryFile: string, { sha256, size }: { sha256: string; size: number }): Promise<CachedObject> {
    const there = await this.#object(sha256);
    if (there !== undefined) {
      await rm(temporaryFile, { force: true });
      return there;
    }
    const file = join(this.objectsFolder, sha256);
    await this.#rename(temporaryFile, file);
    const identity = await identityOf(file);
    if (identity !== undefined) verified.set(file, identity.text);
    return { sha256, size, file };
  }

  async #writeWhole(file: string, text: string): Promise<void> {
    const temporary = await this.temporaryFile();
    await writeFile(temporary, text, { flag: "wx" });
    await this.#rename(temporary, file);
  }

  /** The folder may be deleted at this very moment, and Windows refuses while another process reads `to`: three tries. */
  async #rename(from: string, to: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await mkdir(dirname(to), { recursive: true });
      try {
        return await rename(from, to);
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  }

  #recipeFile(recipe: string): string {
    if (!digestPattern.test(recipe)) throw new TypeError(`not a recipe: ${recipe}`);
    return join(this.#recipesFolder, `${recipe}.json`);
  }
}

function parseEntry(json: string): z.infer<typeof recipeEntry> | undefined {
  try {
    return recipeEntry.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}

async function identityOf(file: string): Promise<{ readonly text: string; readonly size: number } | undefined> {
  const found = await statOrUndefined(file);
  if (found === undefined || !found.isFile()) return undefined;
  return { text: `${found.dev}:${found.ino}:${found.size}:${found.mtimeMs}:${found.ctimeMs}`, size: found.size };
}

async function statOrUndefined(file: string) {
  return stat(file).catch(absent);
}

async function readOrUndefined(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(absent);
}

function absent(error: NodeJS.ErrnoException): undefined {
  return error.code === "ENOENT" ? undefined : unusable(error);
}

/** Another user's folder, a file in its place, a disk that is full or read-only. */
function unusable(error: Error): never {
  const hint = "Remove the cache folder, or make it writable; nothing in it is needed.";
  throw refusal("SLW-BUILD", `The build cache cannot be used: ${error.message}.`, { hint });
}
