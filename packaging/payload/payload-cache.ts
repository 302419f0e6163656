import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type NotedDigests, notedDigests } from "../builds/noted-digests.ts";
import { canonicalJson } from "../canonical-json.ts";
import { systemClock } from "../clock.ts";
import { sha256File } from "../digest.ts";
import { refusal } from "../errors.ts";
import { findFiles } from "./folder-files.ts";
import type { Payload, PayloadFile } from "./payload.ts";

const index = z.strictObject({
  schema: z.literal(1),
  /** What was fetched, as the source of the entry's key: never trusted from the folder's name alone. */
  source: z.string(),
  files: z.record(
    z.string().regex(/^(?!\.{0,2}(?:\/|$))(?!.*\/\.{0,2}(?:\/|$))[^\\\0]+$/),
    z.strictObject({ size: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

/** A download that nobody has touched for so long belongs to a process that died. */
const abandonedAfterSeconds = 24 * 60 * 60;

/**
 * One fetched payload in the cache: `<key>/files/...` with `<key>/index.json` beside it, which names every file's size
 * and digest. An entry appears whole, by a rename; two processes may fetch the same one, and the first one stays.
 */
export class PayloadEntry {
  readonly #folder: string;
  readonly #temporaryFolder: string;
  readonly #source: string;
  readonly #digests: NotedDigests;

  /** `key` is a digest over `source`, the text that says what the entry holds. */
  constructor(cacheFolder: string, key: string, source: string) {
    this.#folder = join(cacheFolder, "payloads", key);
    this.#temporaryFolder = join(cacheFolder, "payloads", "temporary");
    this.#source = source;
    this.#digests = notedDigests(cacheFolder);
  }

  /** The entry, every file hashed now or untouched since it was; `absent` where there is none, `damaged` with the first name that is not as indexed. */
  async read(): Promise<Payload | "absent" | { readonly damaged: string }> {
    if ((await stat(this.#folder).catch(() => undefined)) === undefined) return "absent";
    const listed = await readIndex(join(this.#folder, "index.json"));
    if (listed?.source !== this.#source) return { damaged: "index.json" };
    const files = new Map<string, PayloadFile>();
    for (const [path, { size, sha256 }] of Object.entries(listed.files)) {
      const file = join(this.#folder, "files", path);
      const found = await this.#digests.digestOf(file).catch(() => undefined);
      if (found?.sha256 !== sha256 || found.size !== size) return { damaged: path };
      files.set(path, { file, size, sha256 });
    }
    return { files };
  }

  /**
   * Fills the entry: `fetch` puts the files into the folder it is given, and may use the second one as it likes. A
   * damaged entry is mended file by file, each by a rename, so that another process that reads it meets whole files.
   */
  async fill(fetch: (files: string, scratch: string) => Promise<void>): Promise<void> {
    await this.#sweep();
    const work = join(this.#temporaryFolder, randomUUID());
    const fresh = join(work, "entry");
    await mkdir(join(fresh, "files"), { recursive: true });
    try {
      await fetch(join(fresh, "files"), join(work, "scratch"));
      await writeFile(join(fresh, "index.json"), await describe(join(fresh, "files"), this.#source));
      await this.#install(fresh);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  /**
   * The entry that has just been filled; `what` names it in the refusal.
   * @throws SlipwayError SLW-PAYLOAD-MISSING where it is not there, or no longer whole.
   */
  async readFilled(what: string): Promise<Payload> {
    const filled = await this.read();
    if (filled !== "absent" && "files" in filled) return filled;
    const lost = filled === "absent" ? "all of it" : filled.damaged;
    throw refusal(
      "SLW-PAYLOAD-MISSING",
      `${what} was unpacked into the cache, and ${lost} was changed there at once.`,
      {
        hint: `Another program writes into ${dirname(this.#folder)}, or the disk is failing.`,
      },
    );
  }

  async #install(fresh: string): Promise<void> {
    try {
      await rename(fresh, this.#folder);
    } catch (error) {
      if ((await stat(this.#folder).catch(() => undefined)) === undefined) throw error;
      await mend(fresh, this.#folder);
    }
  }

  async #sweep(): Promise<void> {
    const oldest = (systemClock.now() - abandonedAfterSeconds) * 1000;
    for (const name of await readdir(this.#temporaryFolder).catch(() => [])) {
      const folder = join(this.#temporaryFolder, name);
      const found = await stat(folder).catch(() => undefined);
      if (found !== undefined && found.mtimeMs < oldest) await rm(folder, { recursive: true, force: true });
    }
  }
}

async function readIndex(file: string): Promise<z.infer<typeof index> | undefined> {
  try {
    return index.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

async function describe(folder: string, source: string): Promise<string> {
  const { files } = await findFiles(folder);
  const digests: Record<string, { size: number; sha256: string }> = {};
  for (const { path, file } of files) digests[path] = await sha256File(file);
  return canonicalJson({ schema: 1, source, files: digests });
}

/** Files that are already right are left alone: another process may have them open. */
async function mend(fresh: string, folder: string): Promise<void> {
  for (const { path, file } of (await findFiles(fresh)).files) {
    const target = join(folder, path);
    const [right, there] = await Promise.all([sha256File(file), sha256File(target).catch(() => undefined)]);
    if (there?.sha256 === right.sha256) continue;
    if ((await stat(target).catch(() => undefined))?.isDirectory()) await rm(target, { recursive: true });
    await mkdir(dirname(target), { recursive: true });
    await rename(file, target);
  }
}
