import { posix } from "node:path";
import type { CustomAction } from "./custom-action.ts";
import { formatted } from "./formatted.ts";
import { folderKey } from "./layout.ts";
import type { MsiOptions } from "./options.ts";
import { replaced } from "./tables/upgrades.ts";

/** Before anything is unpublished (1800) or stopped; after all is installed and published (6400). */
const [beforeRemoval, undoOfInstallation, afterInstallation] = [1700, 6500, 6501];

/**
 * The product's own scripts. The one after installation and upgrade is vital: when it fails, all is taken back. Every
 * upgrade is a major one, of a product that is not installed yet; a repair is of one that is, and runs no script. The one
 * before removal is not vital, and an upgrade is no removal. It is also what undoes the first one when a first installation is
 * taken back; on an upgrade it would take from the version before, which comes back, what was its own.
 */
export function hookActions({ hooks = {} }: MsiOptions): readonly CustomAction[] {
  const { postInstall, preRemove } = hooks;
  const actions: CustomAction[] = [];
  if (preRemove !== undefined) {
    actions.push({
      ...{ key: "hook.preRemove", command: powershell(preRemove), runs: "forward", vital: false },
      ...{ condition: 'REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE', sequence: beforeRemoval },
    });
  }
  if (postInstall !== undefined && preRemove !== undefined) {
    actions.push({
      ...{ key: "hook.undo", command: powershell(preRemove), runs: "undo", vital: false },
      ...{ condition: `NOT Installed AND NOT ${replaced}`, sequence: undoOfInstallation },
    });
  }
  if (postInstall !== undefined) {
    actions.push({
      ...{ key: "hook.postInstall", command: powershell(postInstall), runs: "forward", vital: true },
      ...{ condition: "NOT Installed", sequence: afterInstallation },
    });
  }
  return actions;
}

/** By its full path, without the user's profile, and whatever the machine's policy for scripts that people start is. */
function powershell(path: string): string {
  const script = `[${folderKey(posix.dirname(path))}]${formatted(posix.basename(path))}`;
  return `"[System64Folder]WindowsPowerShell\\v1.0\\powershell.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "${script}"`;
}
