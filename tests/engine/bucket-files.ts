import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { sha256File } from "../../packaging/digest.ts";

/** What a file is on the disk: its bytes, and whether it is still the same file that nobody wrote to. */
export interface FileFacts {
  readonly sha256: string;
  readonly inode: bigint;
  readonly mtimeNs: bigint;
}

/**
 * All files below a folder by path (forward slashes, sorted); empty where there is no such folder. What a directory
 * bucket keeps in `.tmp` (its lock) is no object of it and is left out.
 */
export async function filesBelow(folder: string): Promise<ReadonlyMap<string, FileFacts>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const facts = new Map<string, FileFacts>();
  for (const file of files.sort()) {
    if (file.startsWith(join(folder, ".tmp", sep))) continue;
    const { ino, mtimeNs } = await stat(file, { bigint: true });
    const { sha256 } = await sha256File(file);
    facts.set(relative(folder, file).split(sep).join("/"), { sha256, inode: ino, mtimeNs });
  }
  return facts;
}

/** Path → digest, of all files or of those whose path has the prefix: for comparing two buckets. */
export function digestsOf(files: ReadonlyMap<string, FileFacts>, prefix = ""): Readonly<Record<string, string>> {
  const wanted = [...files].filter(([path]) => path.startsWith(prefix));
  return Object.fromEntries(wanted.map(([path, { sha256 }]) => [path, sha256]));
}

/**
 * What happened to a folder between two looks, as sorted lines: `added x`, `removed y`, `changed z` (other bytes),
 * `rewritten z` (the same bytes, written again). No line: nothing was written.
 */
export function changesBetween(
  before: ReadonlyMap<string, FileFacts>,
  after: ReadonlyMap<string, FileFacts>,
): readonly string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === undefined) return [`added ${path}`];
    if (is === undefined) return [`removed ${path}`];
    if (was.sha256 !== is.sha256) return [`changed ${path}`];
    return was.inode === is.inode && was.mtimeNs === is.mtimeNs ? [] : [`rewritten ${path}`];
  });
}
