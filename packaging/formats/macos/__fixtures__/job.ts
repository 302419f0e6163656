import { fileEntry, inlineEntry } from "../../../staging/file-entry.ts";
import { growTree } from "../../../staging/grow-tree.ts";
import { inlineBytes } from "../../../staging/input-file.ts";
import type { SymlinkEntry } from "../../../staging/tree.ts";
import type { PkgJob, PkgOptions } from "../pkg-options.ts";
import { machO } from "./mach-o.ts";

const link: SymlinkEntry = {
  type: "symlink",
  path: "usr/local/bin/courierctl",
  target: "courier",
  mode: 0o777,
  owner: "root",
  group: "root",
  part: "bin",
};

/** A macOS package, small and by hand. */
export function pkgJob(changes: Partial<PkgJob> = {}, options: Partial<PkgOptions> = {}): PkgJob {
  return {
    product: "courier",
    version: "1.2.0",
    target: "macos-universal",
    epoch: 1_700_000_000,
    name: "courier-1.2.0-macos-universal.pkg",
    tree: growTree([
      fileEntry("usr/local/bin/courier", inlineBytes(machO()), { part: "bin", mode: 0o755 }),
      link,
      inlineEntry("usr/local/share/doc/courier/größe & more.txt", "text\n", "bin"),
      inlineEntry("usr/local/share/doc/courier/empty", "", "bin"),
      inlineEntry("Library/LaunchDaemons/dev.courier.courier.plist", "<plist/>\n", "service"),
    ]),
    ...changes,
    format: {
      kind: "pkg",
      identifier: "dev.courier.courier",
      version: "1.2.0",
      title: "Courier & friends",
      minimumSystem: "12.0",
      scripts: { preinstall: "#!/bin/sh\nexit 0\n", postinstall: "#!/bin/sh\necho done\n" },
      ...options,
    },
  };
}
