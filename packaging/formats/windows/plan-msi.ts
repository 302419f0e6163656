import type { ArtifactJob } from "../../artifact.ts";
import { programPath } from "../../manifest/installed-paths.ts";
import type { MsiInstaller, Product, ProductTarget, Service } from "../../manifest/product.ts";
import type { Tree } from "../../staging/tree.ts";
import { targets } from "../../targets.ts";
import { versionFor } from "../../version.ts";
import { belowOneFolder, withoutUsr } from "../one-folder.ts";
import { layOutTree } from "./installer/layout.ts";
import type { MsiOptions, MsiService } from "./installer/options.ts";
import { wslRequirements } from "./installer/wsl.ts";

/**
 * The installer of a Windows target: the files of its archive below one folder in Program Files, with `bin` on the machine's
 * PATH. Refuses what Windows Installer cannot hold before anything is built: SLW-VERSION a version, SLW-FORMAT the rest.
 */
export function planMsi(
  product: Product,
  target: ProductTarget,
  tree: Tree,
  licenceText: string,
  installer: MsiInstaller,
): ArtifactJob {
  const { id, version, epoch } = product;
  const format = optionsOf(product, target, installer);
  const installed = belowOneFolder(id, tree, licenceText);
  layOutTree(installed, format);
  return {
    product: id,
    version,
    target: target.name,
    epoch,
    name: `${id}-${version}-${target.name}.msi`,
    tree: installed,
    format,
  };
}

function optionsOf(
  { id, version, homepage, maintainer, summary, services }: Product,
  { name }: ProductTarget,
  { title = id, folder = id, wsl, rollback }: MsiInstaller,
): MsiOptions {
  const architecture = targets[name].msi;
  if (architecture === undefined) throw new Error(`the manifest lets no .msi be made for ${name}`);
  return {
    kind: "msi",
    product: id,
    title,
    manufacturer: maintainer.name,
    homepage,
    version: versionFor("msi", version),
    architecture,
    folder,
    path: "bin",
    requirements: wsl === "required" ? wslRequirements : [],
    services: services.flatMap((service) => windowsService(service, summary)),
    downgrades: rollback ? "allowed" : "refused",
  };
}

function windowsService({ name, windows }: Service, summary: string): readonly MsiService[] {
  if (windows === undefined) return [];
  const { program, arguments: words, title = name, description = summary } = windows;
  return [
    {
      name,
      title: literal(title),
      description: literal(description),
      program: withoutUsr(programPath("windows", program)),
      ...(words !== undefined && { arguments: literal(words) }),
    },
  ];
}

/** A text for a column in which brackets stand for what the machine has ("Formatted" of the Windows Installer SDK). */
function literal(text: string): string {
  return text.replace(/[[\]{}]/g, "[\\$&]");
}
