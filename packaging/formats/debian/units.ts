import type { Tree } from "../../staging/tree.ts";

/** What of a package the maintainer scripts must set up on the machine, and clean up again. */
export interface SystemParts {
  /** systemd units, sockets first: a socket must listen before its service runs, and stop before it. */
  readonly units: readonly string[];
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
  const units = below("usr/lib/systemd/system/", /^[^/]+\.(?:service|socket)$/);
  const isSocket = (unit: string) => unit.endsWith(".socket");
  return {
    units: [...units.filter(isSocket), ...units.filter((unit) => !isSocket(unit))],
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
    if (entry.type !== "file" || entry.content.kind !== "bytes") return [];
    if (!/^usr\/lib\/tmpfiles\.d\/[^/]+\.conf$/.test(entry.path)) return [];
    const lines = Buffer.from(entry.content.base64, "base64").toString().split("\n");
    return lines.flatMap((line) => {
      const directory = /^d\s+(\S+)/.exec(line)?.[1]?.replaceAll("%%", "%");
      return directory !== undefined && ours.test(directory) ? [directory] : [];
    });
  });
}

function outermost(directories: readonly string[]): readonly string[] {
  return directories.filter((path) => !directories.some((other) => path.startsWith(`${other}/`)));
}
