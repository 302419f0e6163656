import { type Table, table } from "../../database/table.ts";
import { formatted } from "../formatted.ts";
import type { InstallLayout } from "../layout.ts";
import { keyOf } from "../names.ts";
import type { MsiOptions, MsiService } from "../options.ts";
import type { InstallerSchema } from "../schema.ts";

export const serviceInstallSchema = {
  name: "ServiceInstall",
  keys: 1,
  columns: {
    ServiceInstall: "s72",
    Name: "s255",
    DisplayName: "L255",
    ServiceType: "i4",
    StartType: "i4",
    ErrorControl: "i4",
    LoadOrderGroup: "S255",
    Dependencies: "S255",
    StartName: "S255",
    Password: "S255",
    Arguments: "S255",
    Component_: "s72",
    Description: "L255",
  },
  rules: {
    ServiceInstall: { category: "Identifier" },
    Name: { category: "Formatted" },
    DisplayName: { category: "Formatted" },
    ServiceType: {},
    StartType: { min: 0, max: 4 },
    ErrorControl: {},
    LoadOrderGroup: { category: "Formatted" },
    Dependencies: { category: "Formatted" },
    StartName: { category: "Formatted" },
    Password: { category: "Formatted" },
    Arguments: { category: "Formatted" },
    Component_: { category: "Identifier", keyOf: "Component" },
    Description: { category: "Formatted" },
  },
} as const satisfies InstallerSchema;

export const serviceControlSchema = {
  name: "ServiceControl",
  keys: 1,
  columns: { ServiceControl: "s72", Name: "l255", Event: "i2", Arguments: "S255", Wait: "I2", Component_: "s72" },
  rules: {
    ServiceControl: { category: "Identifier" },
    Name: { category: "Formatted" },
    Event: { min: 0, max: 187 },
    Arguments: { category: "Formatted" },
    Wait: { min: 0, max: 1 },
    Component_: { category: "Identifier", keyOf: "Component" },
  },
} as const satisfies InstallerSchema;

const ownProcess = 16;
const startsWithTheMachine = 2;
/** A service that does not start is noted in the log of events, and the machine goes on. */
const normal = 1;
const localService = "NT AUTHORITY\\LocalService";

/** Stopped before its files are replaced or removed, and deleted with them; "ServiceControl Table", Event. */
const events = { stopAtInstall: 2, stopAtRemoval: 32, deleteAtRemoval: 128 } as const;

/** Each service runs as LocalService, and starts with the machine. */
export function serviceInstallTable(layout: InstallLayout, { services }: MsiOptions): Table {
  return table(
    serviceInstallSchema,
    services.map((service) => ({
      ServiceInstall: keyOf("service", service.name),
      Name: service.name,
      DisplayName: formatted(service.title),
      ServiceType: ownProcess,
      StartType: startsWithTheMachine,
      ErrorControl: normal,
      StartName: localService,
      Arguments: service.arguments === undefined ? undefined : formatted(service.arguments),
      Component_: componentOf(layout, service),
      Description: formatted(service.description),
    })),
  );
}

/**
 * No event of this table starts it: a service that fails to start would fail the whole installation, and what it needs may
 * not be there yet. `serviceActions` does.
 */
export function serviceControlTable(layout: InstallLayout, { services }: MsiOptions): Table {
  return table(
    serviceControlSchema,
    services.map((service) => ({
      ServiceControl: keyOf("service", service.name),
      Name: service.name,
      Event: events.stopAtInstall | events.stopAtRemoval | events.deleteAtRemoval,
      Wait: 1,
      Component_: componentOf(layout, service),
    })),
  );
}

/** The program is the key path of its component, which is what the service will run. `layOutTree` saw that it is there. */
function componentOf({ files }: InstallLayout, { program }: MsiService): string {
  return files.find(({ entry }) => entry.path === program)?.component ?? "";
}
