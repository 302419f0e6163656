import type { ArtifactJob } from "../artifact.ts";
import type { Installer, Product, ProductTarget } from "../manifest/product.ts";
import type { ProductTexts } from "../staging/texts.ts";
import type { Tree } from "../staging/tree.ts";
import { planArchive } from "./archive.ts";
import { planPackages } from "./debian/packages.ts";
import { licencesText } from "./licences-text.ts";
import { planPkg } from "./macos/plan-pkg.ts";
import { planMsi } from "./windows/plan-msi.ts";

/** The artifacts of one target: what each of its installers makes of the staged tree and the product's texts. */
export function planArtifacts(
  product: Product,
  target: ProductTarget,
  tree: Tree,
  texts: ProductTexts,
): readonly ArtifactJob[] {
  const plan = (installer: Installer): readonly ArtifactJob[] => {
    switch (installer.format) {
      case "tar.zst":
      case "tar.gz":
      case "zip":
        return [planArchive(product, target, tree, licencesText(product, texts), installer.format)];
      case "deb":
        return planPackages(product, target, tree, { compression: installer.compression, texts });
      case "msi":
        return [planMsi(product, target, tree, texts, installer)];
      case "pkg":
        return [planPkg(product, target, tree, texts, installer)];
    }
  };
  return target.installers.flatMap(plan);
}
