import { stopFunction } from "./install-scripts.ts";
import { logFolder } from "./launch-daemon.ts";
import type { SystemParts } from "./system-parts.ts";

/** Where the script is installed that removes a package: macOS itself has no way to. */
export function uninstallPath(product: string): string {
  return `usr/local/libexec/${product}-uninstall`;
}

/**
 * POSIX sh that removes what the package put on a Mac, by the receipt that macOS has of it, so that it fits whatever version
 * is installed. What people may have changed or written is kept and named. `DSTROOT` is the root that it works on, as in
 * Apple's own build scripts; sudo does not hand it on.
 */
export function uninstallScript({ product, identifier, daemons, users, groups, ...parts }: SystemParts): string {
  const folders = parts.folders.map(({ path }) => path).reverse();
  const accounts = [...users.map((name) => `user ${name}`), ...groups.map((name) => `group ${name}`)];
  return `#!/bin/sh
# ${product}: written by Slipway.
set -eu

usage() {
  cat <<'END_OF_USAGE'
Usage: sudo /${uninstallPath(product)}

Stops the services of ${product} and removes what its package installed, by the receipt that macOS keeps of it
(pkgutil --files ${identifier}), and then the receipt. Kept are configuration that was edited, logs in
${logFolder(product)} and system accounts: files of theirs may remain.
END_OF_USAGE
}

${stopFunction}
main() {
  case "\${1:-}" in
    "") ;;
    -h | --help)
      usage
      return 0
      ;;
    *)
      usage >&2
      return 64
      ;;
  esac
  root="\${DSTROOT:-}"
  if [ "$(id -u)" -ne 0 ]; then
    echo "${product}: only root can remove it: sudo /${uninstallPath(product)}" >&2
    return 1
  fi
  if ! files="$(pkgutil --only-files --files ${identifier} 2>/dev/null)"; then
    echo "${product}: macOS has no receipt of ${identifier}: it is not installed, or was not by its package" >&2
    return 1
  fi
  folders="$(pkgutil --only-dirs --files ${identifier} | sort -r)"

  printf '%s\\n' "$files" | sed -n 's|^Library/LaunchDaemons/\\(.*\\)\\.plist$|\\1|p' |
    while IFS= read -r label; do stop "$label" </dev/null; done

  left=""
${configurationStep(parts.configuration)}  # This script goes last, so that it can be run again.
  while IFS= read -r file; do
    case "$file" in
      "" | ${uninstallPath(product)}) ;;
      *) remove "$root/$file" ;;
    esac
  done <<END_OF_FILES
$files
END_OF_FILES
${folders.map((path) => `  remove_sockets "$root${path}"\n`).join("")}  # Folders of the product's own, from the inside out, where nothing else is in them.
  printf '%s\\n' "$folders" | while IFS= read -r folder; do
    case "/$folder/" in
      */${product}/*) rmdir "$root/$folder" 2>/dev/null || true ;;
    esac
  done
  if [ -n "$left" ]; then
    echo "${product}: not removed, for the reasons above: $left" >&2
    echo "${product}: the receipt is kept; run this again: sudo /${uninstallPath(product)}" >&2
    return 1
  fi
  pkgutil --forget ${identifier} >/dev/null
  rm -f "$root/${uninstallPath(product)}"
  echo "${product}: removed${accounts.length === 0 ? "" : `; kept: ${accounts.join(", ")}`}"
}

# A failure is told at the end, and does not keep the rest.
remove() {
  rm -f "$1" || left="\${left:+$left, }$1"
}

${configurationFunction(product, parts.configuration)}${folders.length === 0 ? "" : socketsFunction}main "$@"
exit
`;
}

/** A socket may be left of a service that was ended. */
const socketsFunction = `remove_sockets() {
  for socket in "$1"/*; do
    if [ -S "$socket" ]; then remove "$socket"; fi
  done
  rmdir "$1" 2>/dev/null || true
}

`;

function configurationStep(configuration: readonly string[]): string {
  if (configuration.length === 0) return "";
  return `  # Configuration is no file of the package.
${configuration.map((path) => `  remove_configuration ${path}\n`).join("")}
`;
}

function configurationFunction(product: string, configuration: readonly string[]): string {
  if (configuration.length === 0) return "";
  return `# What is still the default is nobody's.
remove_configuration() {
  if cmp -s "$root/$1" "$root/$1.default"; then
    remove "$root/$1"
  elif [ -e "$root/$1" ]; then
    echo "${product}: /$1 was edited and is kept"
  fi
}

`;
}
