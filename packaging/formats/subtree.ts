import { byBytes } from "../byte-order.ts";
import { parentsOf } from "../staging/grow-tree.ts";
import type { DirectoryEntry, FileEntry, Part, SymlinkEntry, Tree, TreeEntry } from "../staging/tree.ts";

/**
 * A part of a tree with further files, whole again: every parent directory has its entry, as the full tree has it or 0755 of
 * root, and no directory is left that only held what is not taken. A directory that is empty in the full tree is taken like
 * a file.
 */
export function subtree(
  tree: Tree,
  part: Part,
  takes: (entry: TreeEntry) => boolean,
  added: readonly (FileEntry | SymlinkEntry)[],
): Tree {
  const parents = new Set(tree.entries.flatMap((entry) => parentsOf(entry.path)));
  const leaves = tree.entries.filter((entry) => !parents.has(entry.path) && takes(entry));
  const known = new Map(tree.entries.filter((entry) => entry.type === "directory").map((entry) => [entry.path, entry]));
  const all = [...leaves, ...added];
  const directories = [...new Set(all.flatMap((entry) => parentsOf(entry.path)))].map(
    (path) => known.get(path) ?? directoryEntry(path, part),
  );
  return { entries: [...directories, ...all].sort((a, b) => byBytes(a.path, b.path)) };
}

function directoryEntry(path: string, part: Part): DirectoryEntry {
  return { type: "directory", path, mode: 0o755, owner: "root", group: "root", part };
}
