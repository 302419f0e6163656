import { type Table, table } from "../../database/table.ts";
import type { MsiOptions } from "../options.ts";
import type { InstallerSchema } from "../schema.ts";
import { newer } from "./upgrades.ts";

export const launchConditionSchema = {
  name: "LaunchCondition",
  keys: 1,
  columns: { Condition: "s255", Description: "l255" },
  rules: { Condition: { category: "Condition" }, Description: { category: "Formatted" } },
} as const satisfies InstallerSchema;

export const appSearchSchema = {
  name: "AppSearch",
  keys: 2,
  columns: { Property: "s72", Signature_: "s72" },
  rules: {
    Property: { category: "UpperCase" },
    Signature_: { category: "Identifier", keyOf: "RegLocator" },
  },
} as const satisfies InstallerSchema;

export const regLocatorSchema = {
  name: "RegLocator",
  keys: 1,
  columns: { Signature_: "s72", Root: "i2", Key: "s255", Name: "S255", Type: "I2" },
  rules: {
    Signature_: { category: "Identifier" },
    Root: { min: 0, max: 3 },
    Key: { category: "RegPath" },
    Name: { category: "Formatted" },
    Type: { min: 0, max: 18 },
  },
} as const satisfies InstallerSchema;

/** HKEY_LOCAL_MACHINE. */
const machine = 2;
/** The value as it is, of the 64-bit registry ("RegLocator Table", Type). */
const rawValue64 = 2 | 16;

/**
 * What must hold before anything is installed, and what the user is told else. The removal of what is installed asks for
 * nothing.
 */
export function launchConditionTable({ downgrades, requirements }: MsiOptions): Table {
  const noNewer = {
    Condition: `NOT ${newer}`,
    Description:
      "A newer version of [ProductName] is installed, and this one does not replace it. Remove the newer version first.",
  };
  return table(launchConditionSchema, [
    ...(downgrades === "refused" ? [noNewer] : []),
    ...requirements.map(({ property, otherwise }) => ({
      Condition: `Installed OR ${property}`,
      Description: otherwise,
    })),
  ]);
}

/** Which properties are looked up. */
export function appSearchTable({ requirements }: MsiOptions): Table {
  return table(
    appSearchSchema,
    requirements.map(({ property }) => ({ Property: property, Signature_: property })),
  );
}

/** Where they are looked up. */
export function regLocatorTable({ requirements }: MsiOptions): Table {
  return table(
    regLocatorSchema,
    requirements.map(({ property, key, name }) => ({
      Signature_: property,
      Root: machine,
      Key: key,
      Name: name,
      Type: rawValue64,
    })),
  );
}
