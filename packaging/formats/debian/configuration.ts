import type { RetiredConfiguration } from "../../manifest/product.ts";
import { fileEntry } from "../../staging/file-entry.ts";
import type { FileEntry, Tree } from "../../staging/tree.ts";
import { versionFor } from "../../version.ts";

/** What the maintainer scripts of the package with the configuration look after. */
export interface PackageConfiguration {
  readonly packageName: string;
  readonly product: string;
  /** Installed paths of the configuration files. */
  readonly files: readonly string[];
  readonly retired: readonly RetiredConfiguration[];
}

/**
 * The defaults again, below usr/share, where every upgrade brings the new ones: dpkg keeps an edited file, and people who
 * upgrade without questions (--force-confold) would never see what it was not replaced by.
 */
export function defaultsOf(product: string, tree: Tree): readonly FileEntry[] {
  return tree.entries.flatMap((entry) =>
    entry.type === "file" && entry.config
      ? [fileEntry(`${defaultsFolder(product)}/${entry.path}`, entry, { part: entry.part })]
      : [],
  );
}

function defaultsFolder(product: string): string {
  return `usr/share/${product}/defaults`;
}

/**
 * preinst, postinst and postrm: dpkg removes no configuration file that a version stops to ship. dpkg-maintscript-helper
 * removes or renames it once, on the way from a version that had it; an edited one is kept as FILE.dpkg-bak or moves on.
 */
export function retireConfiguration({ retired }: PackageConfiguration): readonly string[] {
  const lines = retired.map(({ path, since, renamedTo }) => {
    const action = renamedTo === undefined ? `rm_conffile /${path}` : `mv_conffile /${path} /${renamedTo}`;
    // Debian's custom: the tilde takes in what was built on the way to that version.
    return `dpkg-maintscript-helper ${action} ${versionFor("debian", since)}~ -- "$@"\n`;
  });
  return lines.length === 0 ? [] : [lines.join("")];
}

/**
 * postinst: one line for each file whose default changed since it was last configured, and which differs from the new
 * default. The defaults of that time are kept in a folder of the package; only root writes there.
 */
export function tellNewDefaults({ packageName, product, files }: PackageConfiguration): readonly string[] {
  if (files.length === 0) return [];
  return [
    `# An edited file is kept. Where its default changed, say so, once.
if [ "$1" = configure ]; then
  seen="\${DPKG_ROOT:-}${seenFolder(packageName)}/defaults"
  for file in ${files.join(" ")}; do
    default="\${DPKG_ROOT:-}/${defaultsFolder(product)}/$file"
    [ -f "$default" ] || continue
    if [ -z "\${DPKG_ROOT:-}" ] && [ -f "$seen/$file" ] && [ -f "/$file" ] &&
      ! cmp -s "$seen/$file" "$default" && ! cmp -s "/$file" "$default"; then
      changed="$(diff "$seen/$file" "$default" | grep -c '^[<>]' || true)"
      echo "${packageName}: /$file is as you edited it; its default changed (lines: $changed), see $default"
    fi
    mkdir -p "$seen/\${file%/*}"
    cp "$default" "$seen/$file.new"
    mv "$seen/$file.new" "$seen/$file"
  done
fi
`,
  ];
}

/** postrm, at purge. */
export function forgetDefaults({ packageName, files }: PackageConfiguration): readonly string[] {
  return files.length === 0 ? [] : [`  rm -rf "\${DPKG_ROOT:-}${seenFolder(packageName)}"\n`];
}

/** Named for the package, not the product: /var/lib/PRODUCT may be a service's own, and root writes into no such folder. */
function seenFolder(packageName: string): string {
  return `/var/lib/${packageName}`;
}
