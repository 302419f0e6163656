import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { byBytes } from "../byte-order.ts";
import { sha256File } from "../digest.ts";
import { refusal } from "../errors.ts";

/** A file of the folder, by its path in it. */
export interface PackagedFile {
  readonly path: string;
  /** Its bytes: a file on this machine, which has to have this digest, or a text. */
  readonly from: { readonly file: string; readonly sha256: string } | { readonly text: string };
}

/**
 * Writes a folder as a whole: into a new one beside it, every digest checked, then a rename. A folder that is there is
 * replaced where it is empty or was written by this; anything else is refused (SLW-COMMAND).
 */
export async function writeFolder(folder: string, files: readonly PackagedFile[]): Promise<void> {
  await requireOwn(folder);
  const temporary = `${folder}.${randomUUID()}`;
  try {
    for (const { path: name, from } of files) {
      const file = path.join(temporary, ...name.split("/"));
      await mkdir(path.dirname(file), { recursive: true });
      if ("text" in from) await writeFile(file, from.text);
      else await copyVerified(from, file);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** A file of a folder, by its path in it. */
export interface DigestedFile {
  readonly path: string;
  readonly file: string;
  readonly sha256: string;
}

/** Files below a folder with their digests, sorted by path. */
export async function digestedFiles(folder: string): Promise<readonly DigestedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ file, path: path.relative(folder, file).replaceAll(path.sep, "/") }))
    .sort((a, b) => byBytes(a.path, b.path));
  return Promise.all(files.map(async (it) => ({ ...it, sha256: (await sha256File(it.file)).sha256 })));
}

/** By what it holds: nobody's other files are removed. */
async function requireOwn(folder: string): Promise<void> {
  const names: readonly string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw refusal("SLW-COMMAND", `${folder} cannot be written: ${error.message}.`);
  });
  if (names.length === 0 || names.includes("metadata.json")) return;
  throw refusal("SLW-COMMAND", `${folder} holds other files, which would be removed.`, {
    hint: "Name a folder that is empty or not there yet.",
  });
}

async function copyVerified(from: { readonly file: string; readonly sha256: string }, to: string): Promise<void> {
  await copyFile(from.file, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  const found = (await sha256File(to)).sha256;
  if (found === from.sha256) return;
  throw refusal(
    "SLW-BUILD",
    `${path.basename(to)} has other bytes than were built: SHA-256 ${found}, not ${from.sha256}.`,
    {
      hint: "Run again: what is damaged in the cache is built anew.",
    },
  );
}
