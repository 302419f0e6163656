import { type Table, table } from "../../database/table.ts";
import { folderComponent, type InstalledFile, type InstallLayout, rootFolder } from "../layout.ts";
import type { InstallerSchema } from "../schema.ts";

export const componentSchema = {
  name: "Component",
  keys: 1,
  columns: {
    Component: "s72",
    ComponentId: "S38",
    Directory_: "s72",
    Attributes: "i2",
    Condition: "S255",
    KeyPath: "S72",
  },
  rules: {
    Component: { category: "Identifier" },
    ComponentId: { category: "Guid" },
    Directory_: { category: "Identifier", keyOf: "Directory" },
    Attributes: {},
    Condition: { category: "Condition" },
    KeyPath: { category: "Identifier", keyOf: "File;Registry;ODBCDataSource" },
  },
} as const satisfies InstallerSchema;

/** "Component Table" of the Windows Installer SDK, Attributes. */
const attributes = { permanent: 0x10, neverOverwrite: 0x80, sixtyFourBit: 0x100 } as const;

/** One component a file, with the file as its key path; and one, whose key path is the product's folder, for the folders. */
export function componentTable({ files, folderGuid }: InstallLayout): Table {
  return table(componentSchema, [
    {
      Component: folderComponent,
      ComponentId: folderGuid,
      Directory_: rootFolder,
      Attributes: attributes.sixtyFourBit,
    },
    ...files.map((file) => ({
      Component: file.component,
      ComponentId: file.guid,
      Directory_: file.folder,
      Attributes: attributesOf(file),
      KeyPath: file.key,
    })),
  ]);
}

/**
 * What the user may edit is neither written over nor taken away, edited or not: an upgrade removes the version before first,
 * and would take a file that is not permanent with it. It stays when the product is removed, as on Debian until a purge.
 */
function attributesOf({ entry }: InstalledFile): number {
  return attributes.sixtyFourBit | (entry.config ? attributes.permanent | attributes.neverOverwrite : 0);
}
