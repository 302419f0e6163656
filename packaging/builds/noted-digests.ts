import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { type Clock, systemClock } from "../clock.ts";
import { sha256File } from "../digest.ts";
import { readSealed, writeSealed } from "./sealed-file.ts";

export interface FileDigest {
  readonly sha256: string;
  readonly size: number;
}

const note = z.strictObject({
  identity: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
});
const notes = z.strictObject({ schema: z.literal(1), files: z.record(z.string(), note) });

type Note = z.infer<typeof note>;

/** A file changed so shortly before it was hashed may be changed again with the same times: FAT counts in 2 seconds. */
const settledSeconds = 3;
/** Notes kept of files that a run did not ask for: those of other stacks and versions. */
const othersKept = 10_000;

/**
 * Digests of large files that were hashed before and have not been touched since, in this machine's cache: by device,
 * inode, size and times to the nanosecond, as git's index has it. Planning asks here, so that a run without changes reads
 * no payload again; whatever ships is hashed as it is packed or copied, so bytes that rot under unchanged times are
 * noticed there, and then `forget` makes the next run look at every byte.
 */
export class NotedDigests {
  readonly #file: string;
  readonly #hash: (file: string) => Promise<FileDigest>;
  readonly #clock: Clock;
  readonly #asked = new Map<string, Note>();
  #before: Promise<ReadonlyMap<string, Note>> | undefined;

  constructor(cacheFolder: string, hash: (file: string) => Promise<FileDigest> = sha256File, clock = systemClock) {
    this.#file = path.join(cacheFolder, "digests.json");
    this.#hash = hash;
    this.#clock = clock;
  }

  /** SHA-256 and size of a file, which is read where it is not known. */
  async digestOf(file: string): Promise<FileDigest> {
    const key = path.resolve(file);
    this.#before ??= readNotes(this.#file);
    const known = this.#asked.get(key) ?? (await this.#before).get(key);
    const found = await identityOf(key);
    if (known !== undefined && known.identity === found.identity) {
      this.#asked.set(key, known);
      return { sha256: known.sha256, size: known.size };
    }
    const now = this.#clock.now();
    const digest = await this.#hash(key);
    const same = (await identityOf(key)).identity === found.identity;
    if (same && found.changedSeconds + settledSeconds < now) {
      this.#asked.set(key, { identity: found.identity, ...digest });
    }
    return digest;
  }

  /** Keeps what this run knows by now. */
  async save(): Promise<void> {
    const before = (await this.#before) ?? new Map<string, Note>();
    if ([...this.#asked].every(([key, { identity }]) => before.get(key)?.identity === identity)) return;
    const others = [...before].filter(([key]) => !this.#asked.has(key)).slice(0, othersKept);
    await writeSealed(this.#file, { schema: 1, files: Object.fromEntries([...this.#asked, ...others]) });
  }

  /** Some file was not what was noted: nothing noted is believed from now on. */
  async forget(): Promise<void> {
    this.#asked.clear();
    this.#before = Promise.resolve(new Map());
    await rm(this.#file, { force: true });
  }
}

const opened = new Map<string, NotedDigests>();

/** The one of this process for a cache folder: all that plan in it share what they know. */
export function notedDigests(cacheFolder: string): NotedDigests {
  const folder = path.resolve(cacheFolder);
  const known = opened.get(folder) ?? new NotedDigests(folder);
  opened.set(folder, known);
  return known;
}

async function readNotes(file: string): Promise<ReadonlyMap<string, Note>> {
  const found = notes.safeParse((await readSealed(file))?.value);
  return new Map(Object.entries(found.data?.files ?? {}));
}

async function identityOf(file: string): Promise<{ readonly identity: string; readonly changedSeconds: number }> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  const latest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return { identity: [dev, ino, size, mtimeNs, ctimeNs].join(" "), changedSeconds: Number(latest / 1_000_000_000n) };
}
