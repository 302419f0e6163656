import { type Table, type TableSchema, table } from "../../database/table.ts";
import { type InstallLayout, rootFolder } from "../layout.ts";
import type { MsiOptions } from "../options.ts";

export const featureSchema = {
  name: "Feature",
  keys: 1,
  columns: {
    Feature: "s38",
    Feature_Parent: "S38",
    Title: "L64",
    Description: "L255",
    Display: "I2",
    Level: "i2",
    Directory_: "S72",
    Attributes: "i2",
  },
} as const satisfies TableSchema;

export const featureComponentsSchema = {
  name: "FeatureComponents",
  keys: 2,
  columns: { Feature_: "s38", Component_: "s72" },
} as const satisfies TableSchema;

const feature = "Product";

/** One feature that has everything: nobody is asked. */
export function featureTable({ title }: MsiOptions): Table {
  return table(featureSchema, [
    { Feature: feature, Title: title, Display: 1, Level: 1, Directory_: rootFolder, Attributes: 0 },
  ]);
}

export function featureComponentsTable({ files }: InstallLayout): Table {
  return table(
    featureComponentsSchema,
    files.map(({ component }) => ({ Feature_: feature, Component_: component })),
  );
}
