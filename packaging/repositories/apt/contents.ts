import { byBytes } from "../../byte-order.ts";
import type { OfferedPackage } from "./suite.ts";

/**
 * The lines of a Contents index, as apt-file reads them: a path, blanks, and `section/package` of every package that
 * installs it, with commas between them (Debian wiki, RepositoryFormat). No header, no folders; sorted by path. A path
 * that any version offered installs is there once: the index has no place for versions.
 */
export function* contentsLines(packages: readonly OfferedPackage[]): Generator<Buffer> {
  // Versions of one package mostly install the same paths, and then share the list.
  const owners = new Map<string, Set<string>>();
  const seen = new Map<readonly string[], Set<string>>();
  for (const { package: name, section, files } of packages) {
    const owner = `${section}/${name}`;
    const done = seen.get(files) ?? new Set();
    if (done.has(owner)) continue;
    seen.set(files, done.add(owner));
    for (const path of files) {
      const there = owners.get(path);
      if (there === undefined) owners.set(path, new Set([owner]));
      else there.add(owner);
    }
  }
  for (const path of [...owners.keys()].sort(byBytes)) {
    const names = [...(owners.get(path) ?? [])].sort(byBytes).join(",");
    yield Buffer.from(`${path}${" ".repeat(Math.max(1, column - path.length))}${names}\n`);
  }
}

/** Where the second column begins, as dak and apt-ftparchive have it; a longer path is followed by one blank. */
const column = 60;
