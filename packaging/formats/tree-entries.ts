import type { ArchiveEntry } from "../containers/archive-entry.ts";
import { refusal } from "../errors.ts";
import type { FileEntry, Tree, TreeEntry } from "../staging/tree.ts";
import { contentOfEntry } from "./entry-content.ts";

/** Hears every chunk of a file's content as it is packed. */
export type Observer = (entry: FileEntry, chunk: Uint8Array) => void;

/**
 * A tree as entries of an archive below `root` (`.` or a folder's name), which has an entry of its own. Refuses (SLW-FORMAT) a tree
 * that is not sorted or lacks a parent directory: dpkg cannot unpack such files.
 */
export function* treeEntries(tree: Tree, root: string, observe: Observer = () => undefined): Generator<ArchiveEntry> {
  const rootOwned = { owner: "root", group: "root" } as const;
  yield { type: "directory", path: root, mode: 0o755, ...rootOwned };
  const directories = new Set<string>();
  let before: Buffer | undefined;
  for (const entry of tree.entries) {
    const path = Buffer.from(entry.path);
    if (before !== undefined && Buffer.compare(before, path) >= 0) throw unsorted(entry.path);
    before = path;
    const parent = entry.path.lastIndexOf("/") === -1 ? undefined : entry.path.slice(0, entry.path.lastIndexOf("/"));
    if (parent !== undefined && !directories.has(parent)) throw orphaned(entry.path, parent);
    if (entry.type === "directory") directories.add(entry.path);
    yield archiveEntry(entry, `${root}/${entry.path}`, observe);
  }
}

function archiveEntry(entry: TreeEntry, path: string, observe: Observer): ArchiveEntry {
  const { mode, owner, group } = entry;
  const base = { path, mode, owner, group };
  switch (entry.type) {
    case "directory":
      return { ...base, type: "directory" };
    case "symlink":
      return { ...base, type: "symlink", target: entry.target };
    case "file":
      return { ...base, type: "file", size: entry.size, content: observed(entry, observe) };
  }
}

async function* observed(entry: FileEntry, observe: Observer): AsyncGenerator<Uint8Array> {
  for await (const chunk of contentOfEntry(entry)) {
    observe(entry, chunk);
    yield chunk;
  }
}

function unsorted(path: string): Error {
  return refusal("SLW-FORMAT", `${path} is out of order in the tree, or there twice.`);
}

function orphaned(path: string, parent: string): Error {
  return refusal("SLW-FORMAT", `${path} has no entry for its directory ${parent} before it.`);
}
