import type { ArtifactJob } from "../artifact.ts";
import type { ArchiveFormat, Product, ProductTarget } from "../manifest/product.ts";
import type { Tree } from "../staging/tree.ts";
import { belowOneFolder } from "./one-folder.ts";

/** The archive of a target: everything that is installed, below one folder. The same paths on every system, whatever the format. */
export function planArchive(
  product: Product,
  target: ProductTarget,
  tree: Tree,
  licenceText: string,
  kind: ArchiveFormat,
): ArtifactJob {
  const { id, version, epoch } = product;
  const root = `${id}-${version}-${target.name}`;
  return {
    product: id,
    version,
    target: target.name,
    epoch,
    name: `${root}.${kind}`,
    tree: belowOneFolder(id, tree, licenceText),
    format: { kind, root },
  };
}
