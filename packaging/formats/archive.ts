import type { ArtifactJob } from "../artifact.ts";
import { refusal } from "../errors.ts";
import type { ArchiveFormat, Product, ProductTarget } from "../manifest/product.ts";
import { inlineEntry } from "../staging/file-entry.ts";
import type { Tree } from "../staging/tree.ts";
import { relocateTree } from "./relocate.ts";
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

/** The tree with `usr/` taken away. */
function relocate(tree: Tree): Tree {
  return relocateTree(tree, withoutUsr, (path) =>
    refusal("SLW-FORMAT", `${path} would be in the archive twice: as ${path} and as usr/${path}.`, {
      hint: "An archive has no usr/ folder; give one of the two files another name.",
    }),
  );
}

function withoutUsr(path: string): string | undefined {
  if (path === "usr") return undefined;
  return path.startsWith("usr/") ? path.slice("usr/".length) : path;
}
