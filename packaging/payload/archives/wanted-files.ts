import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The files that are asked for, as they are written into a folder one after the other. Modes and times of the archive
 * are left behind. Writing waits for the disk: that keeps the archive's reader from running ahead of it.
 */
export class WantedFiles {
  readonly #folder: string;
  readonly #paths: ReadonlySet<string>;
  readonly #written = new Set<string>();
  #open: { readonly descriptor: number; readonly path: string } | undefined;

  /** `folder` is empty; `paths` are the archive's own, with forward slashes. */
  constructor(folder: string, paths: readonly string[]) {
    this.#folder = folder;
    this.#paths = new Set(paths);
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  isWritten(path: string): boolean {
    return this.#written.has(path);
  }

  /** `path` has been admitted by the rules: it stays below the folder, and nothing is there yet. */
  begin(path: string): void {
    const file = join(this.#folder, path);
    mkdirSync(dirname(file), { recursive: true });
    this.#open = { descriptor: openSync(file, "wx"), path };
  }

  write(bytes: Uint8Array): void {
    if (this.#open === undefined) throw new Error("no file was begun");
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#open.descriptor, bytes, at);
  }

  finish(): void {
    if (this.#open === undefined) throw new Error("no file was begun");
    closeSync(this.#open.descriptor);
    this.#written.add(this.#open.path);
    this.#open = undefined;
  }

  /** Closes a file that was begun and will not be finished. */
  abandon(): void {
    if (this.#open !== undefined) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }
}
