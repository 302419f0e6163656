import { posix } from "node:path";
import { byBytes } from "../byte-order.ts";
import { refusal } from "../errors.ts";
import { inlineEntry } from "../staging/file-entry.ts";
import type { Tree, TreeEntry } from "../staging/tree.ts";
import { subtree } from "./subtree.ts";

/**
 * Everything that is installed, and the licence, as it lies below one folder of its own: `bin/`, `lib/`, `share/` and `etc/`
 * (a leading `usr/` is dropped). Refuses (SLW-FORMAT) two files that would meet so.
 */
export function belowOneFolder(product: string, tree: Tree, licenceText: string): Tree {
  const licence = inlineEntry(`usr/share/doc/${product}/LICENSE`, licenceText, "bin");
  return relocate(subtree(tree, "bin", () => true, [licence]));
}

/** The tree with `usr/` taken away; links are written anew where what they point to has moved relative to them. */
function relocate(tree: Tree): Tree {
  const moved = new Map<string, TreeEntry>();
  for (const entry of tree.entries) {
    if (entry.path === "usr") continue;
    const path = withoutUsr(entry.path);
    const there = moved.get(path);
    if (there === undefined) moved.set(path, relocated(entry, path));
    else if (there.type !== "directory" || entry.type !== "directory") {
      throw refusal("SLW-FORMAT", `${path} would be there twice: as ${path} and as usr/${path}.`, {
        hint: "Archives and installers have no usr/ folder: give one of the two files another name.",
      });
    }
  }
  return { entries: [...moved.values()].sort((a, b) => byBytes(a.path, b.path)) };
}

function relocated(entry: TreeEntry, path: string): TreeEntry {
  if (entry.type !== "symlink") return { ...entry, path };
  const pointsTo = posix.join(posix.dirname(entry.path), entry.target);
  const inside = withoutUsr(pointsTo);
  const moves = (inside === pointsTo) !== (path === entry.path);
  return { ...entry, path, target: moves ? posix.relative(posix.dirname(path), inside) : entry.target };
}

/** Where a path of the tree is then. */
export function withoutUsr(path: string): string {
  return path.startsWith("usr/") ? path.slice("usr/".length) : path;
}
