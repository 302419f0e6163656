import type { ArtifactJob } from "../artifact.ts";
import type { Installer, Product, ProductTarget } from "../manifest/product.ts";
import type { Tree } from "../staging/tree.ts";
import { planArchive } from "./archive.ts";
import { planPackages } from "./debian/packages.ts";

/**
 * The artifacts of one target: what each of its installers makes of the staged tree. `licenceText` is the whole licence,
 * `hookText` the lines of the product's own Linux post-install step.
 */
export function planArtifacts(
  product: Product,
  target: ProductTarget,
  tree: Tree,
  licenceText: string,
  hookText?: string,
): readonly ArtifactJob[] {
  const plan = (installer: Installer): readonly ArtifactJob[] => {
    switch (installer.format) {
      case "tar.zst":
      case "tar.gz":
      case "zip":
        return [planArchive(product, target, tree, licenceText, installer.format)];
      case "deb":
        return planPackages(product, target, tree, { compression: installer.compression, licenceText, hookText });
    }
  };
  return target.installers.flatMap(plan);
}
