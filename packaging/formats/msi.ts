import type { Format } from "./format.ts";
import { mszipRecipe } from "./windows/cabinet/mszip.ts";
import { writeInstaller } from "./windows/installer/installer.ts";
import type { MsiOptions } from "./windows/installer/options.ts";

/** A Windows Installer package, unsigned: the tree's files in a cabinet, and the tables that install them. */
export const msi: Format<MsiOptions> = {
  revision: 3,
  recipe: (_options, buildNode) => mszipRecipe(buildNode),
  write: writeInstaller,
};
