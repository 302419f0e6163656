import type { ArtifactJob } from "../../artifact.ts";
import { programPath } from "../../manifest/installed-paths.ts";
import type { Hooks, MsiInstaller, Product, ProductTarget, Service } from "../../manifest/product.ts";
import { inlineEntry } from "../../staging/file-entry.ts";
import type { ProductTexts } from "../../staging/texts.ts";
import type { FileEntry, Tree } from "../../staging/tree.ts";
import { targets } from "../../targets.ts";
import { versionFor } from "../../version.ts";
import { licencesText } from "../licences-text.ts";
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
  texts: ProductTexts,
  installer: MsiInstaller,
): ArtifactJob {
  const { id, version, epoch } = product;
  const scripts = hookScripts(id, texts.hooks.windows ?? {});
  const format = { ...optionsOf(product, target, installer), ...hookPaths(scripts) };
  const installed = belowOneFolder(id, tree, licencesText(product, texts), Object.values(scripts));
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

/** The hooks as files of the tree: a removal runs the script that was installed, years later. */
function hookScripts(product: string, hooks: Hooks): { readonly [hook in keyof Hooks]: FileEntry } {
  const script = (name: string, text: string) => inlineEntry(`usr/share/${product}/hooks/${name}.ps1`, text, "bin");
  return {
    ...(hooks.postInstall !== undefined && { postInstall: script("post-install", hooks.postInstall) }),
    ...(hooks.preRemove !== undefined && { preRemove: script("pre-remove", hooks.preRemove) }),
  };
}

function hookPaths(scripts: ReturnType<typeof hookScripts>): Pick<MsiOptions, "hooks"> {
  const paths = Object.entries(scripts).map(([hook, { path }]) => [hook, withoutUsr(path)] as const);
  return paths.length === 0 ? {} : { hooks: Object.fromEntries(paths) };
}

function windowsService({ name, windows }: Service, summary: string): readonly MsiService[] {
  if (windows === undefined) return [];
  const { program, arguments: words, title = name, description = summary } = windows;
  return [
    {
      name,
      title,
      description,
      program: withoutUsr(programPath("windows", program)),
      ...(words !== undefined && { arguments: words }),
    },
  ];
}
