import type { ArtifactJob } from "../../artifact.ts";
import { byBytes } from "../../byte-order.ts";
import { macosSocketPath } from "../../formats/macos/installed-path.ts";
import { logFolder } from "../../formats/macos/launch-daemon.ts";
import type { Product } from "../../manifest/product.ts";
import type { CaskFacts, FormulaFacts, HomebrewFacts, InstalledPart } from "../../record/repository-facts.ts";
import { targets } from "../../targets.ts";

/** What the record of a product tells for Homebrew: its section of the manifest, and what its artifacts install. */
export function homebrewFactsOf(product: Product, jobs: readonly ArtifactJob[]): HomebrewFacts | undefined {
  const { homebrew } = product;
  if (homebrew === undefined) return undefined;
  const { desc, caveats } = homebrew;
  const formula = formulaFacts(product, jobs);
  const cask = caskFacts(product, jobs);
  return {
    desc,
    ...(formula !== undefined && { formula }),
    ...(cask !== undefined && { cask }),
    ...(caveats !== undefined && { caveats }),
  };
}

function formulaFacts({ homebrew, targets: built }: Product, jobs: readonly ArtifactJob[]): FormulaFacts | undefined {
  const name = homebrew?.formula;
  if (name === undefined) return undefined;
  const archives = jobs.filter(({ format, target }) => format.kind === "tar.gz" && systemOf(target) !== undefined);
  const [first] = built.filter(({ name }) => targets[name].os === "macos").flatMap(({ binaries }) => binaries);
  const test = homebrew?.test ?? (first && ([first.name, "--version"] as const));
  if (test === undefined) throw new Error("the manifest lets no formula be made without a macOS target");
  const service = homebrew?.service;
  return { name, install: installedParts(archives), ...(service !== undefined && { service }), test };
}

function systemOf(target: ArtifactJob["target"]): "macos" | "linux" | undefined {
  const { os } = target === "any" ? { os: undefined } : targets[target];
  return os === "windows" ? undefined : os;
}

/** Where systemd and its helpers look: `brew services` writes units of its own. */
const notInstalled = /^lib\/(?:systemd|sysusers\.d|tmpfiles\.d)\//;

function installedParts(archives: readonly ArtifactJob[]): readonly InstalledPart[] {
  const found = new Map<string, { into: InstalledPart["into"]; systems: Set<"macos" | "linux"> }>();
  for (const { tree, target } of archives) {
    const system = systemOf(target);
    for (const { path, type } of tree.entries) {
      if (type === "directory" || system === undefined || notInstalled.test(path)) continue;
      const part = partOf(path);
      const known = found.get(part.path) ?? { into: part.into, systems: new Set() };
      found.set(part.path, { ...known, systems: known.systems.add(system) });
    }
  }
  return [...found]
    .map(([path, { into, systems }]): InstalledPart => {
      const [only, ...others] = systems;
      return only === undefined || others.length > 0 ? { path, into } : { path, into, only };
    })
    .sort((a, b) => byBytes(a.path, b.path));
}

/** Where Homebrew has folders of another name for a kind of file, files go one by one; else a folder goes as a whole. */
const files: readonly (readonly [RegExp, InstalledPart["into"]])[] = [
  [/^bin\/[^/]+$/, "bin"],
  [/^share\/man\/man[1-9]\/[^/]+$/, "man"],
  [/^share\/bash-completion\/completions\/[^/]+$/, "bash"],
  [/^share\/zsh\/(?:site-functions|vendor-completions)\/[^/]+$/, "zsh"],
  [/^share\/fish\/vendor_completions\.d\/[^/]+$/, "fish"],
];

function partOf(path: string): InstalledPart {
  const into = files.find(([pattern]) => pattern.test(path))?.[1];
  if (into !== undefined) return { path, into };
  const [top = path, second] = path.split("/");
  const kind = (["etc", "share", "libexec", "lib"] as const).find((name) => name === top);
  if (kind === undefined || second === undefined) return { path: top, into: "prefix" };
  // A folder that holds files of the kinds above cannot be moved as a whole.
  const shared = kind === "share" && ["bash-completion", "fish", "man", "zsh"].includes(second);
  return { path: shared ? path : `${top}/${second}`, into: kind };
}

function caskFacts({ id, homebrew, sockets }: Product, jobs: readonly ArtifactJob[]): CaskFacts | undefined {
  const name = homebrew?.cask;
  if (name === undefined) return undefined;
  for (const { format, tree } of jobs) {
    if (format.kind !== "pkg") continue;
    const paths = tree.entries.filter(({ type }) => type !== "directory").map(({ path }) => path);
    const launchd = paths.flatMap((path) => /^Library\/LaunchDaemons\/(.+)\.plist$/.exec(path)?.[1] ?? []);
    const configuration = paths.flatMap((path) => configurationOf(id, path));
    const running = launchd.length === 0 ? [] : [logFolder(id), ...sockets.map(({ path }) => socketFolder(path))];
    return {
      name,
      identifier: format.identifier,
      minimumSystem: format.minimumSystem,
      launchd: launchd.sort(byBytes),
      zap: [...new Set([...configuration, ...running])].sort(byBytes),
    };
  }
  throw new Error("the manifest lets no cask be made without a .pkg");
}

/** A package has configuration as `NAME.default`, and its scripts make NAME of it: no receipt names that. */
function configurationOf(product: string, path: string): readonly string[] {
  if (path.startsWith(`usr/local/etc/${product}/`)) return [`/usr/local/etc/${product}`];
  const file = /^(usr\/local\/etc\/.+)\.default$/.exec(path)?.[1];
  return file === undefined ? [] : [`/${file}`];
}

/** A socket in no folder of its own goes by itself. */
function socketFolder(path: string): string {
  const [, top, folder, ...rest] = path.split("/");
  return macosSocketPath(rest.length === 0 ? path : `/${top}/${folder}`);
}
