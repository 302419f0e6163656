import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, posix, relative, resolve, sep } from "node:path";
import { sha256, sha256File } from "../digest.ts";
import type { Mistake } from "../errors.ts";
import { nearest } from "../manifest/nearest.ts";
import type { Content } from "./tree.ts";

export interface InputFolders {
  /** Paths in the manifest are relative to it. */
  readonly manifestFolder: string;
  /** No input may lie outside of it, links followed. */
  readonly projectRoot: string;
}

/** One of the product's own files, read. */
export interface InputFile {
  /** Relative to the project's root, with forward slashes: how messages name it. */
  readonly shown: string;
  readonly size: number;
  readonly sha256: string;
  readonly content: Content;
}

export interface InputText {
  readonly shown: string;
  readonly text: string;
}

/** Files up to this size travel inside the tree: an editor may save one between staging and building. */
export const inlineLimit = 1 << 20;
/** A product's own files are configuration, policies and fixtures; larger things are payload. */
export const fileLimit = 64 << 20;

/** Reads the product's input files and collects what is wrong with them, all of it. */
export class InputReader {
  readonly #folders: InputFolders;
  readonly #mistakes: Mistake[];

  constructor(folders: InputFolders, mistakes: Mistake[]) {
    this.#folders = folders;
    this.#mistakes = mistakes;
  }

  /** A file to ship as it is; undefined where there was a mistake. `what` names its role: `configuration file`. */
  async file(what: string, from: string): Promise<InputFile | undefined> {
    const found = await this.#locate(what, from, fileLimit);
    if (found === undefined) return undefined;
    const { shown, file, size } = found;
    if (size > inlineLimit) return { shown, content: { kind: "disk", file }, ...(await sha256File(file)) };
    return { shown, ...inlineBytes(await readFile(file)) };
  }

  /** A text that is parsed or rewritten: UTF-8 of at most 1 MiB; undefined where there was a mistake. */
  async text(what: string, from: string): Promise<InputText | undefined> {
    const found = await this.#locate(what, from, inlineLimit);
    if (found === undefined) return undefined;
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(found.file));
      return { shown: found.shown, text };
    } catch {
      return this.#refuse(from, `${what} ${from} is not UTF-8 text.`);
    }
  }

  async #locate(
    what: string,
    from: string,
    limit: number,
  ): Promise<{ readonly shown: string; readonly file: string; readonly size: number } | undefined> {
    const root = await realpath(this.#folders.projectRoot);
    const asWritten = resolve(await realpath(this.#folders.manifestFolder), from);
    const shown = relative(root, asWritten).replaceAll(sep, "/");
    const inside = (path: string) => path.startsWith(join(root, sep));
    const hint = "Everything a release is made of is in the repository.";
    if (!inside(asWritten)) return this.#refuse(from, `${what} ${from} lies outside of the project.`, hint);
    const file = await realpath(asWritten).catch(() => undefined);
    if (file === undefined) {
      const folder = await realpath(dirname(asWritten)).catch(() => undefined);
      const meant =
        folder !== undefined && (folder === root || inside(folder)) ? await likeIn(folder, from) : undefined;
      return this.#refuse(from, `${what} ${from} does not exist; it was looked for at ${shown}.`, meant);
    }
    if (!inside(file)) return this.#refuse(from, `${what} ${from} is a link that leads out of the project.`, hint);
    const found = await stat(file);
    if (!found.isFile()) return this.#refuse(from, `${what} ${from} is not a file.`);
    if (found.size > limit) {
      return this.#refuse(
        from,
        `${what} ${from} has ${found.size.toLocaleString("en-US")} bytes; at most ${limit >> 20} MiB are allowed.`,
      );
    }
    return { shown, file, size: found.size };
  }

  #refuse(from: string, message: string, hint?: string): undefined {
    this.#mistakes.push({ code: "SLW-STAGING", message, hint, source: { path: from } });
    return undefined;
  }
}

/** What the folder holds that may have been meant by `from`. */
async function likeIn(folder: string, from: string): Promise<string | undefined> {
  const names = (await readdir(folder)).sort();
  const alike = names.filter((name) => extname(name) === extname(from));
  const meant = nearest(basename(from), alike);
  if (meant !== undefined) return `Did you mean ${posix.join(posix.dirname(from), meant)}?`;
  if (names.length === 0) return undefined;
  return `Its folder holds ${names.slice(0, 8).join(", ")}${names.length > 8 ? `, … (${names.length} names)` : ""}.`;
}

/** Bytes carried inside the tree. */
export function inlineBytes(bytes: Uint8Array): {
  readonly size: number;
  readonly sha256: string;
  readonly content: Content;
} {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return { size: bytes.length, sha256: sha256(bytes), content: { kind: "bytes", base64 } };
}
