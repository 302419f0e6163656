import { type Table, table } from "../../database/table.ts";
import { folderComponent, type InstallLayout, rootFolder } from "../layout.ts";
import type { InstallerSchema } from "../schema.ts";

export const createFolderSchema = {
  name: "CreateFolder",
  keys: 2,
  columns: { Directory_: "s72", Component_: "s72" },
  rules: {
    Directory_: { category: "Identifier", keyOf: "Directory" },
    Component_: { category: "Identifier", keyOf: "Component" },
  },
} as const satisfies InstallerSchema;

/**
 * The product's folder and all in it belong to one component, so that each goes with the product when nothing is left in
 * it, those that hold no file but only folders too.
 */
export function createFolderTable({ folders }: InstallLayout): Table {
  return table(
    createFolderSchema,
    [rootFolder, ...folders.map(({ key }) => key)].map((key) => ({ Directory_: key, Component_: folderComponent })),
  );
}
