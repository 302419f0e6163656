import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { byBytes } from "../byte-order.ts";

/** A payload is a few binaries, not a source tree: a folder with more files than this is the wrong folder. */
export const fileLimit = 10_000;

export interface FoundFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  readonly file: string;
}

/** Why a folder cannot be a payload, about one name in it. */
export interface Obstacle {
  readonly path: string;
  readonly problem: string;
}

/**
 * The regular files below a folder, sorted by path. A link to a file inside the folder counts as that file; links that
 * lead out, links to folders, sockets and devices are obstacles.
 */
export async function findFiles(
  folder: string,
): Promise<{ readonly files: readonly FoundFile[]; readonly obstacles: readonly Obstacle[] }> {
  const root = await realpath(folder);
  const files: FoundFile[] = [];
  const obstacles: Obstacle[] = [];
  const pending = [root];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    for (const entry of await readdir(current, { withFileTypes: true })) {
      const file = join(current, entry.name);
      const path = relative(root, file).replaceAll(sep, "/");
      if (entry.isDirectory()) {
        pending.push(file);
        continue;
      }
      const problem = await whyNotFile(entry, file, root);
      if (problem === undefined) files.push({ path, file });
      else obstacles.push({ path, problem });
      if (files.length > fileLimit) {
        return { files: [], obstacles: [{ path: ".", problem: `holds more than ${fileLimit} files` }] };
      }
    }
  }
  return {
    files: files.sort((a, b) => byBytes(a.path, b.path)),
    obstacles: obstacles.sort((a, b) => byBytes(a.path, b.path)),
  };
}

async function whyNotFile(entry: Dirent, file: string, root: string): Promise<string | undefined> {
  if (entry.isFile()) return undefined;
  if (!entry.isSymbolicLink()) return "is neither a file nor a folder";
  const target = await realpath(file).catch(() => undefined);
  if (target === undefined) return "is a link to nothing";
  if (!target.startsWith(root + sep)) return "is a link that leads out of the folder";
  return (await stat(target)).isFile() ? undefined : "is a link to a folder";
}
