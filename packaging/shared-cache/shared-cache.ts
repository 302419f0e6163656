import { rm } from "node:fs/promises";
import type { ArtifactJob } from "../artifact.ts";
import type { BuildCache, CachedObject } from "../builds/cache.ts";
import { sha256File } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { recipeOf } from "../formats/formats.ts";
import { sideBySide } from "../side-by-side.ts";
import type { Ed25519Public, Ed25519Signer } from "../signing/signer.ts";
import type { ObjectBytes, Store } from "../store/store.ts";
import { type CacheEntry, entryLimit, entryPath, entryText, objectPath, readEntry } from "./entry.ts";
import { putObject } from "./put-object.ts";
import type { WaitingUpload, WaitingUploads } from "./waiting-uploads.ts";

/** Objects that are downloaded or uploaded side by side. */
const atOnce = 4;
/** Failures after which a run does without the shared cache: a service that is down is not asked for each artifact. */
const mostFailures = 3;

/** What a shared cache works with. */
export interface SharedCacheParts {
  readonly store: Store;
  /** As the settings call it, for messages. */
  readonly location: string;
  /** This machine's cache, which gets what is found and has what is uploaded. */
  readonly cache: BuildCache;
  readonly waiting: WaitingUploads;
  /** Whose entries count. Undefined: those that nobody signed, of a folder of one's own. */
  readonly key: Ed25519Public | undefined;
  /** Opens the private half of `key`. Undefined: this machine reads and does not fill. */
  readonly openSigner: (() => Promise<Ed25519Signer>) | undefined;
  /** Hears one sentence for each entry that is not believed, and where the cache cannot be used. */
  readonly warn: (sentence: string) => void;
}

/** What is published and what is built never depends on it: whatever fails here is a warning and a build. */
export class SharedCache {
  readonly #parts: SharedCacheParts;
  #failures = 0;

  constructor(parts: SharedCacheParts) {
    this.#parts = parts;
  }

  get location(): string {
    return this.#parts.location;
  }

  /** Whether what is built here is uploaded. */
  get isFilled(): boolean {
    return this.#parts.key === undefined || this.#parts.openSigner !== undefined;
  }

  /**
   * Brings artifacts that others have built into this machine's cache, and tells of each. It has the digest of its entry, the
   * key signed that entry, and inside the artifact is all that follows from the job and nothing else.
   */
  async fetch(jobs: readonly ArtifactJob[], fetched: (job: ArtifactJob, object: CachedObject) => void): Promise<void> {
    await sideBySide(jobs, atOnce, async (job) => {
      const object = await this.#orWarn(`${job.name} was not looked up`, () => this.#fetchOne(job));
      if (object !== undefined) fetched(job, object);
    });
  }

  /** Notes that the shared cache is to get what a recipe gave, which this machine's cache has. */
  async offer(upload: WaitingUpload): Promise<void> {
    if (!this.isFilled) return;
    await this.#parts.waiting.add(upload).catch((error: unknown) => {
      this.#parts.warn(`${upload.name} is not uploaded: ${reasonOf(error)}.`);
    });
  }

  /** Uploads what waits, also what an earlier run did not get to. Says how many still wait: they go up with the next run. */
  async upload(): Promise<{ readonly uploaded: number; readonly waiting: number }> {
    const uploads = this.isFilled ? await this.#parts.waiting.list() : [];
    if (uploads.length === 0) return { uploaded: 0, waiting: 0 };
    const signer = await this.#orWarn("Nothing is uploaded", async () => ({ key: await this.#parts.openSigner?.() }));
    if (signer === undefined) return { uploaded: 0, waiting: uploads.length };
    let uploaded = 0;
    await sideBySide(uploads, atOnce, async (upload) => {
      const done = await this.#orWarn(`${upload.name} waits for its upload`, async () => {
        await this.#uploadOne(upload, signer.key);
        await this.#parts.waiting.remove(upload);
        return true;
      });
      if (done) uploaded += 1;
    });
    return { uploaded, waiting: uploads.length - uploaded };
  }

  async #fetchOne(job: ArtifactJob): Promise<CachedObject | undefined> {
    const { store, cache, key } = this.#parts;
    const recipe = recipeOf(job);
    const entry = await this.#entryOf(recipe);
    if (entry === undefined) return undefined;
    if (typeof entry === "string") return this.#disbelieve(job, `entry ${entryPath(recipe, key)}: ${entry}`);
    const path = objectPath(entry.sha256);
    const there = await store.stat(path);
    // The bucket expires objects when they are old: then it is as if nobody had built it.
    if (there === undefined) return undefined;
    if (there.size !== entry.size) return this.#disbelieve(job, `object ${path}: its size is not that of its entry`);
    const file = await cache.temporaryFile();
    try {
      if (!(await store.download(path, file, entry.size))) return undefined;
      const { sha256, size } = await sha256File(file);
      if (sha256 !== entry.sha256) return this.#disbelieve(job, `object ${path}: its bytes do not have that digest`);
      const { contentFault } = await import("./content-fault.ts");
      const fault = await contentFault(job, file);
      if (fault !== undefined) return this.#disbelieve(job, `object ${path}: ${fault}`);
      return await cache.store(recipe, file, { sha256, size });
    } finally {
      await rm(file, { force: true });
    }
  }

  /** The object first, so that what an entry names is there. */
  async #uploadOne({ recipe, name }: WaitingUpload, signer: Ed25519Signer | undefined): Promise<void> {
    const { cache, key } = this.#parts;
    const object = await cache.lookup(recipe);
    // Somebody cleared this machine's cache: who needs it builds it.
    if (object === undefined) return;
    const { sha256, size, file } = object;
    const entry: CacheEntry = { recipe, sha256, size };
    const place = entryPath(recipe, key);
    const known = await this.#entryOf(recipe);
    if (typeof known === "object" && known.sha256 !== sha256) {
      this.#parts.warn(
        `The shared cache ${this.location} has other bytes of ${name} than were built here (SHA-256 ${known.sha256} and ` +
          `${sha256}), though recipe ${recipe} decides every byte. Its entry ${place} was left as it is.`,
      );
      return;
    }
    await this.#put(objectPath(sha256), { file, size, sha256 });
    await this.#put(place, Buffer.from(entryText(entry, signer)));
  }

  /** The entry of a recipe; a text says why what lies in its place is none. */
  async #entryOf(recipe: string): Promise<CacheEntry | string | undefined> {
    const { store, key } = this.#parts;
    const path = entryPath(recipe, key);
    const there = await store.stat(path);
    if (there !== undefined && there.size > entryLimit) return "it is too large for one";
    const bytes = there && (await store.read(path, entryLimit));
    return bytes && readEntry(bytes, recipe, key);
  }

  async #put(path: string, bytes: ObjectBytes): Promise<void> {
    if ((await putObject(this.#parts.store, path, bytes)) !== "mended") return;
    this.#parts.warn(`The shared cache ${this.location} had other bytes at ${path}; they were replaced.`);
  }

  #disbelieve(job: ArtifactJob, why: string): undefined {
    this.#parts.warn(
      `The shared cache ${this.location} is not believed about ${job.name}, which is built here: ${why}.`,
    );
    return undefined;
  }

  /** A failure is a warning; after a few, the others are not tried. */
  async #orWarn<T>(consequence: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#failures >= mostFailures) return undefined;
    try {
      return await work();
    } catch (error) {
      this.#failures += 1;
      if (this.#failures > mostFailures) return undefined;
      const last = this.#failures === mostFailures ? " This run goes on without it." : "";
      this.#parts.warn(`${consequence}: the shared cache ${this.location} cannot be used: ${reasonOf(error)}.${last}`);
      return undefined;
    }
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof SlipwayError ? error.mistakes[0]?.message : Object(error).message;
  return String(message ?? error).replace(/\.$/, "");
}
