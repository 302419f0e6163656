import { posix } from "node:path";
import { byBytes } from "../byte-order.ts";
import type { Tree, TreeEntry } from "../staging/tree.ts";

/**
 * A tree whose entries are elsewhere: `move` says where, or undefined for a folder that is not there any more. Links are
 * written anew where what they point to has moved relative to them. `clash` is thrown where two entries would be one.
 */
export function relocateTree(
  tree: Tree,
  move: (path: string) => string | undefined,
  clash: (path: string) => Error,
): Tree {
  const moved = new Map<string, TreeEntry>();
  for (const entry of tree.entries) {
    const path = move(entry.path);
    if (path === undefined) continue;
    const there = moved.get(path);
    if (there === undefined) moved.set(path, relocated(entry, path, move));
    else if (there.type !== "directory" || entry.type !== "directory") throw clash(path);
  }
  return { entries: [...moved.values()].sort((a, b) => byBytes(a.path, b.path)) };
}

function relocated(entry: TreeEntry, path: string, move: (path: string) => string | undefined): TreeEntry {
  if (entry.type !== "symlink") return { ...entry, path };
  const before = posix.join(posix.dirname(entry.path), entry.target);
  const pointsTo = move(before) ?? before;
  const stays = posix.join(posix.dirname(path), entry.target) === pointsTo;
  return { ...entry, path, target: stays ? entry.target : posix.relative(posix.dirname(path), pointsTo) };
}
