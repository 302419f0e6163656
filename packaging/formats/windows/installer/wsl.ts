import type { Requirement } from "./options.ts";

/**
 * What WSL 2 leaves in the registry, without a script and for an installer that runs as the system: a distribution is each
 * user's own and cannot be seen from there.
 */
export const wslRequirements: readonly Requirement[] = [
  {
    property: "WSLPACKAGE",
    // Of the WSL that is a package of its own, from the Store or as an .msi; the one inside Windows has no such key.
    key: "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Lxss\\MSI",
    name: "Version",
    otherwise:
      "[ProductName] needs the Windows Subsystem for Linux. Open a terminal as administrator, run: wsl --install --no-distribution, restart the machine, and install [ProductName] again.",
  },
  {
    property: "WSLPLATFORM",
    // The service of the optional feature Virtual Machine Platform.
    key: "SYSTEM\\CurrentControlSet\\Services\\vmcompute",
    name: "ImagePath",
    otherwise:
      "[ProductName] needs the Windows feature Virtual Machine Platform. Open a terminal as administrator, run: wsl --install --no-distribution, restart the machine, and install [ProductName] again.",
  },
];
