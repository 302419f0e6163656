import type { ArtifactJob } from "../../artifact.ts";
import { type Mistake, refusal, refuseMistakes } from "../../errors.ts";
import type { PkgInstaller, Product, ProductTarget } from "../../manifest/product.ts";
import { notarizationChecklist } from "../../notarization/checklist.ts";
import { fileEntry, inlineEntry } from "../../staging/file-entry.ts";
import { growTree } from "../../staging/grow-tree.ts";
import { inlineBytes } from "../../staging/input-file.ts";
import type { ProductTexts } from "../../staging/texts.ts";
import type { Tree, TreeEntry } from "../../staging/tree.ts";
import { versionFor } from "../../version.ts";
import { licencesText } from "../licences-text.ts";
import { relocateTree } from "../relocate.ts";
import { installScripts } from "./install-scripts.ts";
import { macosPath } from "./installed-path.ts";
import { type LaunchDaemon, planDaemon, sharedLogs } from "./launch-daemon.ts";
import { socketsBesideFolders, systemParts } from "./system-parts.ts";
import { uninstallPath, uninstallScript } from "./uninstall-script.ts";

/**
 * The macOS package of a product: the tree where a Mac has it, the licence, the notarization checklist, a launchd property list for each service that
 * has one, scripts that set up what is no file, and a script that removes it all. Configuration is shipped as
 * `NAME.default`, since the installer replaces whatever a package has in it.
 */
export function planPkg(
  product: Product,
  target: ProductTarget,
  tree: Tree,
  texts: ProductTexts,
  { identifier, minimumSystem }: PkgInstaller,
): ArtifactJob {
  const { id, version, epoch } = product;
  const installed = relocateTree(tree, macosPath, clash);
  refuseMistakes(installed.entries.flatMap(notOfRoot));
  const daemons = planDaemons(product, target, tree, texts, identifier);
  if (daemons.length > 0) refuseMistakes(socketsBesideFolders(product.sockets));
  const configuration = installed.entries.filter((entry) => entry.type === "file" && entry.config);
  const parts = systemParts(
    product,
    identifier,
    daemons,
    configuration.map(({ path }) => path),
    texts.hooks.macos?.postInstall ?? "",
  );
  const entries = [
    ...installed.entries.filter(({ type }) => type !== "directory").map(asDefault),
    inlineEntry(`usr/local/share/doc/${id}/LICENSE`, licencesText(product, texts), "bin"),
    inlineEntry(`usr/local/share/doc/${id}/NOTARIZATION.md`, notarizationChecklist({ name: id, identifier }), "bin"),
    fileEntry(uninstallPath(id), inlineBytes(Buffer.from(uninstallScript(parts))), { part: "bin", mode: 0o755 }),
    ...daemons.map(({ label, text }) => inlineEntry(`Library/LaunchDaemons/${label}.plist`, text, "service")),
  ];
  return {
    product: id,
    version,
    target: target.name,
    epoch,
    name: `${id}-${version}-${target.name}.pkg`,
    tree: growTree(eachOnce(entries)),
    format: {
      kind: "pkg",
      identifier,
      version: versionFor("pkg", version),
      title: id,
      minimumSystem,
      scripts: installScripts(parts),
    },
  };
}

function planDaemons(
  product: Product,
  target: ProductTarget,
  tree: Tree,
  texts: ProductTexts,
  identifier: string,
): readonly LaunchDaemon[] {
  const { id, sockets } = product;
  const commands = target.binaries.map(({ name }) => name);
  const planned = product.services.flatMap((service) => {
    const source = texts.launchd[service.name];
    if (source === undefined) return [];
    return [planDaemon({ product: id, identifier, service, sockets, commands, tree }, source)];
  });
  refuseMistakes(planned.flatMap((it) => ("mistakes" in it ? it.mistakes : [])));
  const daemons = planned.flatMap((it) => ("mistakes" in it ? [] : [it]));
  refuseMistakes(sharedLogs(daemons));
  return daemons;
}

function eachOnce(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const seen = new Set<string>();
  for (const { path } of entries) {
    if (seen.has(path)) throw clash(path);
    seen.add(path);
  }
  return entries;
}

function asDefault(entry: TreeEntry): TreeEntry {
  if (entry.type !== "file" || !entry.config) return entry;
  return { ...entry, path: `${entry.path}.default`, config: false };
}

/** Its archive names accounts by numbers, and only those of root are the same on every Mac. */
function notOfRoot({ path, owner, group }: TreeEntry): readonly Mistake[] {
  if (owner === "root" && group === "root") return [];
  const message = `${path} belongs to ${owner}:${group}, and all files of a macOS package belong to root.`;
  return [{ code: "SLW-FORMAT", message, hint: "Let a post-install hook of macos hand it over." }];
}

function clash(path: string): Error {
  return refusal("SLW-FORMAT", `${path} would be in the macOS package twice.`, {
    hint: "On a Mac, usr/ and etc/ are below usr/local; give one of the two files another name.",
  });
}
