import { refusal } from "../errors.ts";
import { inlineEntry } from "../staging/file-entry.ts";
import type { FileEntry, Tree } from "../staging/tree.ts";
import { relocateTree } from "./relocate.ts";
import { subtree } from "./subtree.ts";

/**
 * Everything that is installed, the licence and what is added, as it lies below one folder of its own: `bin/`, `lib/`, `share/` and `etc/`
 * (a leading `usr/` is dropped). Refuses (SLW-FORMAT) two files that would meet so.
 */
export function belowOneFolder(
  product: string,
  tree: Tree,
  licenceText: string,
  added: readonly FileEntry[] = [],
): Tree {
  const licence = inlineEntry(`usr/share/doc/${product}/LICENSE`, licenceText, "bin");
  const whole = subtree(tree, "bin", () => true, [licence, ...added]);
  return relocateTree(whole, (path) => (path === "usr" ? undefined : withoutUsr(path)), clash);
}

/** Where a path of the tree is then. */
export function withoutUsr(path: string): string {
  return path.startsWith("usr/") ? path.slice("usr/".length) : path;
}

function clash(path: string): Error {
  return refusal("SLW-FORMAT", `${path} would be there twice: as ${path} and as usr/${path}.`, {
    hint: "Archives and installers have no usr/ folder: give one of the two files another name.",
  });
}
