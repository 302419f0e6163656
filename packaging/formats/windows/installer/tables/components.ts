import { type Table, table } from "../../database/table.ts";
import type { InstalledFile, InstallLayout } from "../layout.ts";
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

/** One component a file, with the file as its key path. */
export function componentTable({ files }: InstallLayout): Table {
  return table(
    componentSchema,
    files.map((file) => ({
      Component: file.component,
      ComponentId: file.guid,
      Directory_: file.folder,
      Attributes: attributesOf(file),
      KeyPath: file.key,
    })),
  );
}

/**
 * What the user may edit is neither written over nor taken away: an upgrade removes the version before first, and would
 * take a file that is not permanent with it.
 */
function attributesOf({ entry }: InstalledFile): number {
  return attributes.sixtyFourBit | (entry.config ? attributes.permanent | attributes.neverOverwrite : 0);
}
