import { posix } from "node:path";
import type { ArtifactJob } from "../artifact.ts";
import { byBytes } from "../byte-order.ts";
import { refusal } from "../errors.ts";
import type { ArchiveFormat, Product, ProductTarget } from "../manifest/product.ts";
import { inlineEntry } from "../staging/file-entry.ts";
import type { Tree, TreeEntry } from "../staging/tree.ts";
import { subtree } from "./subtree.ts";

/**
 * The archive of a target: everything that is installed, below one folder, with `bin/`, `lib/`, `share/` and `etc/` in it
 * (a leading `usr/` is dropped), and the licence. The same paths on every system, whatever the format.
 */
export function planArchive(
  product: Product,
  target: ProductTarget,
  tree: Tree,
  licenceText: string,
  kind: ArchiveFormat,
): ArtifactJob {
  const { id, version, epoch } = product;
  const root = `${id}-${version}-${target.name}`;
  const licence = inlineEntry(`usr/share/doc/${id}/LICENSE`, licenceText, "bin");
  const whole = subtree(tree, "bin", () => true, [licence]);
  return {
    product: id,
    version,
    target: target.name,
    epoch,
    name: `${root}.${kind}`,
    tree: relocate(whole),
    format: { kind, root },
  };
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
      throw refusal("SLW-FORMAT", `${path} would be in the archive twice: as ${path} and as usr/${path}.`, {
        hint: "An archive has no usr/ folder; give one of the two files another name.",
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

function withoutUsr(path: string): string {
  return path.startsWith("usr/") ? path.slice("usr/".length) : path;
}
