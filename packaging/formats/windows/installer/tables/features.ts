import { type Table, table } from "../../database/table.ts";
import { folderComponent, type InstallLayout, rootFolder } from "../layout.ts";
import type { MsiOptions } from "../options.ts";
import type { InstallerSchema } from "../schema.ts";

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
  rules: {
    Feature: { category: "Identifier" },
    Feature_Parent: { category: "Identifier", keyOf: "Feature" },
    Title: { category: "Text" },
    Description: { category: "Text" },
    Display: { min: 0, max: 32_767 },
    Level: { min: 0, max: 32_767 },
    Directory_: { category: "UpperCase", keyOf: "Directory" },
    // Favour of source or network, advertisement, and what the user may choose: of each at most one.
    Attributes: { min: 0, max: 54 },
  },
} as const satisfies InstallerSchema;

export const featureComponentsSchema = {
  name: "FeatureComponents",
  keys: 2,
  columns: { Feature_: "s38", Component_: "s72" },
  rules: {
    Feature_: { category: "Identifier", keyOf: "Feature" },
    Component_: { category: "Identifier", keyOf: "Component" },
  },
} as const satisfies InstallerSchema;

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
    [folderComponent, ...files.map(({ component }) => component)].map((component) => ({
      Feature_: feature,
      Component_: component,
    })),
  );
}
