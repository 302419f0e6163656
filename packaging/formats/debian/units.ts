import type { FileEntry, Tree } from "../../staging/tree.ts";
import { lastValueOf, parseUnit, type Unit } from "../../staging/unit-file.ts";

/** systemd units by what the maintainer scripts do with them; see dh_installsystemd(1). */
export interface SystemUnits {
  /** Those with an [Install] section: enabled and started at installation, restarted by an upgrade. */
  readonly enabled: readonly string[];
  /** Enabled instances of templates; an upgrade restarts them as instances that run. */
  readonly instances: readonly string[];
  /** Those that others start, and patterns of every instance: an upgrade restarts them where they run. */
  readonly restartedIfRunning: readonly string[];
  /** All of them, instances as patterns: what a removal stops. */
  readonly stopped: readonly string[];
}

/** What of a package the maintainer scripts must set up on the machine, and clean up again. */
export interface SystemParts {
  readonly units: SystemUnits;
  /** Files in sysusers.d and tmpfiles.d. */
  readonly users: readonly string[];
  readonly temporary: readonly string[];
  /** Directories that tmpfiles.d lines make, without those inside another of them; absolute. */
  readonly directories: readonly string[];
}

/** Finds them in the package's own tree: what is there is what is set up. */
export function systemParts(tree: Tree): SystemParts {
  const below = (folder: string, name: RegExp) =>
    tree.entries.flatMap(({ path }) => {
      const found = path.startsWith(folder) ? path.slice(folder.length) : "";
      return name.test(found) ? [found] : [];
    });
  return {
    units: systemUnits(tree),
    users: below("usr/lib/sysusers.d/", /^[^/]+\.conf$/),
    temporary: below("usr/lib/tmpfiles.d/", /^[^/]+\.conf$/),
    directories: outermost(tmpfilesDirectories(tree)),
  };
}

/**
 * Directories that `d` lines of tmpfiles.d(5) make, as far as the texts travel in the tree. Only below /run and what
 * /var has for state: nothing else is ever removed by a script of ours.
 */
function tmpfilesDirectories(tree: Tree): readonly string[] {
  const ours = /^\/(?:run|var\/(?:cache|lib|log|spool))(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@-]+)+$/;
  return tree.entries.flatMap((entry) => {
    if (entry.type !== "file" || !/^usr\/lib\/tmpfiles\.d\/[^/]+\.conf$/.test(entry.path)) return [];
    const lines = textOf(entry).split("\n");
    return lines.flatMap((line) => {
      const directory = /^d\s+(\S+)/.exec(line)?.[1]?.replaceAll("%%", "%");
      return directory !== undefined && ours.test(directory) ? [directory] : [];
    });
  });
}

/** What lets others start stands before what it starts: a socket listens before its service runs, and stops before it. */
const order = ["socket", "path", "timer", "target", "service"];

function systemUnits(tree: Tree): SystemUnits {
  const texts = new Map(tree.entries.filter((entry) => entry.type === "file").map((file) => [file.path, textOf(file)]));
  const found = order.flatMap((kind) =>
    tree.entries.flatMap((entry) => {
      const [, folder = "", name = ""] = /^(usr\/lib\/systemd\/system\/)([^/]+)$/.exec(entry.path) ?? [];
      if (entry.type === "directory" || !name.endsWith(`.${kind}`)) return [];
      // An instance is a link to its template.
      const text = texts.get(entry.type === "symlink" ? folder + entry.target : entry.path) ?? "";
      const template = name.includes("@.");
      return [{ name, template, instance: !template && name.includes("@"), unit: parseUnit(text), kind }];
    }),
  );
  const pattern = ({ name, template }: { readonly name: string; readonly template: boolean }) =>
    template ? name.replace("@.", "@*.") : name;
  const names = (units: typeof found) => units.map(pattern);
  const enabled = found.filter(({ template, unit }) => !template && hasInstall(unit));
  return {
    enabled: names(enabled.filter(({ instance }) => !instance)),
    instances: names(enabled.filter(({ instance }) => instance)),
    restartedIfRunning: names(
      found.filter((it) => !it.instance && (it.template || !enabled.includes(it)) && !endsByItself(it)),
    ),
    stopped: names(found.filter(({ instance }) => !instance)),
  };
}

function hasInstall(unit: Unit): boolean {
  return unit.settings.some(({ section }) => section === "Install");
}

/** The run of a oneshot service ends with the program that it began with; restarted, it would be cut in half. */
function endsByItself({ kind, unit }: { readonly kind: string; readonly unit: Unit }): boolean {
  return kind === "service" && lastValueOf(unit, "Service", "Type")?.value === "oneshot";
}

function textOf({ content }: FileEntry): string {
  return content.kind === "bytes" ? Buffer.from(content.base64, "base64").toString() : "";
}

function outermost(directories: readonly string[]): readonly string[] {
  return directories.filter((path) => !directories.some((other) => path.startsWith(`${other}/`)));
}
