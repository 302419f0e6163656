import { byBytes } from "../byte-order.ts";
import type { DirectoryEntry, Part, Tree, TreeEntry } from "./tree.ts";

/**
 * A tree of these entries: sorted, with an entry for every parent directory (0755, root). A directory that both parts
 * need belongs to `bin`, which is always installed first. Duplicates stay, for `checkTree` to name.
 */
export function growTree(leaves: readonly TreeEntry[]): Tree {
  const directories = new Map<string, Part>();
  for (const leaf of leaves) {
    for (const path of parentsOf(leaf.path)) {
      if (directories.get(path) !== "bin") directories.set(path, leaf.part);
    }
  }
  const parents = [...directories].map(
    ([path, part]): DirectoryEntry => ({ type: "directory", path, mode: 0o755, owner: "root", group: "root", part }),
  );
  return { entries: [...parents, ...leaves].sort((a, b) => byBytes(a.path, b.path)) };
}

/** `usr/share/doc` has `usr` and `usr/share`. */
export function parentsOf(path: string): readonly string[] {
  const names = path.split("/");
  return names
    .slice(1)
    .map((_, index) => names.slice(0, index + 1).join("/"))
    .filter((parent) => parent !== "");
}
