import { octalMode } from "../../staging/describe-entry.ts";
import { callOwnStep, carriedStep } from "../own-step.ts";
import { accountFunctions } from "./account-script.ts";
import { logFolder } from "./launch-daemon.ts";
import type { PkgOptions } from "./pkg-options.ts";
import type { SystemParts } from "./system-parts.ts";

const heading = (product: string, when: string) => `#!/bin/sh
# ${product}: written by Slipway. macOS runs it as root ${when}: PACKAGE FOLDER VOLUME.
set -eu
umask 022
volume="\${3:-/}"
volume="\${volume%/}"
`;

/** Ends a service, and waits until it has: launchd loads none while one of the same name is on its way out. */
export const stopFunction = `stop() {
  if ! launchctl print "system/$1" >/dev/null 2>&1; then return 0; fi
  launchctl bootout "system/$1" >/dev/null 2>&1 || true
  tries=0
  while launchctl print "system/$1" >/dev/null 2>&1 && [ "$tries" -lt 30 ]; do
    tries=$((tries + 1))
    sleep 1
  done
}
`;

/**
 * The scripts of a package. Both do the same at a first installation and at an upgrade, may be run again after they died,
 * and fail where what they set up is needed for the product to work; a service that does not start is told.
 */
export function installScripts(parts: SystemParts): PkgOptions["scripts"] {
  const steps = [accounts(parts), folders(parts), configuration(parts), services(parts), ownStep(parts)];
  const filled = steps.filter((step) => step !== "");
  const postinstall = [heading(parts.product, "when the files are in place"), ...filled].join("\n");
  return { preinstall: preinstall(parts), ...(filled.length > 0 && { postinstall }) };
}

function preinstall({ product, identifier, daemons, configuration }: SystemParts): string {
  const kept = daemons.map(({ label }) => label).join(" ");
  const steps = [
    heading(product, "before the files are put in place"),
    `${stopFunction}
# Services of the version that is there, if any. One that this version lacks must not come back with the next start.
kept="${kept}"
pkgutil --only-files --files ${identifier} 2>/dev/null |
  sed -n 's|^Library/LaunchDaemons/\\(.*\\)\\.plist$|\\1|p' |
  while IFS= read -r label; do
    stop "$label" </dev/null
    case " $kept " in
      *" $label "*) ;;
      *) rm -f "$volume/Library/LaunchDaemons/$label.plist" ;;
    esac
  done
`,
    ...(configuration.length === 0
      ? []
      : [
          `# The defaults of that version, so that postinstall can tell what changed.
remember() {
  if [ -L "$1.default-before" ]; then rm -f "$1.default-before"; fi
  if [ -f "$1.default" ] && [ ! -L "$1.default" ] && [ ! -e "$1.default-before" ]; then
    cp -p "$1.default" "$1.default-before"
  fi
}

${configuration.map((path) => `remember "$volume/${path}"\n`).join("")}`,
        ]),
  ];
  return steps.join("\n");
}

function accounts({ product, users, groups }: SystemParts): string {
  if (users.length + groups.length === 0) return "";
  return [
    "# System accounts. They stay after a removal, since files of theirs may.\n",
    accountFunctions,
    "\n",
    ...groups.map((name) => `make_group ${name}\n`),
    ...users.map((name) => `make_user ${name} "${product} service"\n`),
  ].join("");
}

function folders({ product, folders, daemons }: SystemParts): string {
  if (daemons.length === 0) return "";
  const lines = folders.map(
    ({ path, mode, owner, group }) =>
      `make_folder "$volume${path}" ${octalMode(mode)} ${owner}:${group === "root" ? "wheel" : group}\n`,
  );
  return `# launchd makes sockets, and not the folders that they are in. What is a link by now is not followed.
make_folder() {
  if [ -L "$1" ]; then
    echo "${product}: $1 is a link; expected a folder" >&2
    return 1
  fi
  mkdir -p "$1"
  chown -h "$3" "$1"
  chmod -h "$2" "$1"
}

make_folder "$volume${logFolder(product)}" 0755 root:wheel
${lines.join("")}${logs(product, daemons)}`;
}

/** Every user has a group of the same name: `make_user` sees to it. */
function logs(product: string, daemons: SystemParts["daemons"]): string {
  const lines = daemons.flatMap(({ logs }) =>
    logs.map(({ path, owner }) => `make_log "$volume${path}" ${owner}:${owner}\n`),
  );
  if (lines.length === 0) return "";
  return `
# launchd opens a log as the user of its service, who can make none in a folder of root.
make_log() {
  if [ -L "$1" ] || { [ -e "$1" ] && [ ! -f "$1" ]; }; then
    echo "${product}: $1 is no file; expected a log" >&2
    return 1
  fi
  if [ ! -e "$1" ]; then : >>"$1"; fi
  chown -h "$2" "$1"
}

${lines.join("")}`;
}

function configuration({ product, configuration }: SystemParts): string {
  if (configuration.length === 0) return "";
  return `# Configuration that is there is never touched. Where its default changed, say so, once.
make_configuration() {
  file="$volume/$1"
  default="$file.default"
  if [ ! -e "$file" ] && [ ! -L "$file" ]; then
    # Whatever is there may be a link, and cp would write where it leads.
    rm -f "$file.new"
    cp -p "$default" "$file.new"
    mv "$file.new" "$file"
  elif [ -f "$default-before" ] && ! cmp -s "$default-before" "$default" && ! cmp -s "$file" "$default"; then
    changed="$(diff "$default-before" "$default" | grep -c '^[<>]' || true)"
    echo "${product}: /$1 is as it was; its default changed (lines: $changed), see /$1.default"
  fi
  rm -f "$default-before"
}

${configuration.map((path) => `make_configuration ${path}\n`).join("")}`;
}

function services({ product, daemons }: SystemParts): string {
  if (daemons.length === 0) return "";
  const numbers = daemons.flatMap(({ label, sockets }) =>
    sockets.flatMap(({ keyPath, owner, group }) => {
      const list = `"$volume/Library/LaunchDaemons/${label}.plist"`;
      const set = (key: string, number: string) => `plutil -replace ${keyPath}.${key} -integer "${number}" ${list}\n`;
      return [
        ...(owner === "root" ? [] : [set("SockPathOwner", `$(number_of /Users/${owner} UniqueID)`)]),
        ...(group === "root" ? [] : [set("SockPathGroup", `$(number_of /Groups/${group} PrimaryGroupID)`)]),
      ];
    }),
  );
  const told =
    numbers.length === 0 ? "" : `# Who owns a socket is a number, which only this Mac knows.\n${numbers.join("")}\n`;
  return `${told}# Services. One that an administrator disabled stays so.
${stopFunction}
start() {
  if launchctl print-disabled system | grep -F "\\"$1\\" =>" | grep -Eq 'true|disabled'; then return 0; fi
  stop "$1"
  launchctl bootstrap system "$volume/Library/LaunchDaemons/$1.plist" ||
    echo "${product}: $1 was not started; see launchctl print system/$1" >&2
}

${daemons.map(({ label }) => `start ${label}\n`).join("")}`;
}

function ownStep({ postInstall }: SystemParts): string {
  return postInstall.trim() === "" ? "" : `# The product's own step.\n${carriedStep(postInstall)}${callOwnStep}\n`;
}
