import type { CustomAction } from "./custom-action.ts";
import { keyOf } from "./names.ts";
import type { MsiOptions } from "./options.ts";

/** After InstallServices (5800), and before StopServices (1900). */
const [afterInstallation, beforeStop] = [5801, 1801];

/** What of ours is between the standard actions: two numbers a service, up to the next one. */
export const mostServices = 49;

/**
 * A service is started by a command of its own that cannot fail the installation: what it needs may not be there yet, and it
 * starts with the machine anyway. A repair starts it too: ServiceControl has stopped it, whether or not its files were
 * replaced, and nothing else would start it before the machine does. When all is taken back it is stopped before its program
 * goes; and one that an upgrade, a repair or a removal stopped, and could not go on, runs again.
 */
export function serviceActions({ services }: MsiOptions): readonly CustomAction[] {
  const always = { vital: false } as const;
  const installing = { ...always, condition: "NOT REMOVE" };
  return services.flatMap(({ name }, at): CustomAction[] => [
    {
      ...{ ...always, key: keyOf("restart", name), command: start(name), runs: "undo" },
      ...{ condition: "Installed", sequence: beforeStop + at },
    },
    {
      ...{ ...installing, key: keyOf("unstart", name), command: stop(name), runs: "undo" },
      sequence: afterInstallation + 2 * at,
    },
    {
      ...{ ...installing, key: keyOf("start", name), command: start(name), runs: "forward" },
      sequence: afterInstallation + 2 * at + 1,
    },
  ]);
}

/** Asks for it and goes on. */
const start = (name: string) => `"[System64Folder]sc.exe" start "${name}"`;
/** Waits until it has stopped. */
const stop = (name: string) => `"[System64Folder]net.exe" stop "${name}"`;
