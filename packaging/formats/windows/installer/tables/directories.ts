import { type Table, table } from "../../database/table.ts";
import { type InstallLayout, rootFolder } from "../layout.ts";
import { fileNameColumn } from "../names.ts";
import type { MsiOptions } from "../options.ts";
import type { InstallerSchema } from "../schema.ts";

export const directorySchema = {
  name: "Directory",
  keys: 1,
  columns: { Directory: "s72", Directory_Parent: "S72", DefaultDir: "l255" },
  rules: {
    Directory: { category: "Identifier" },
    Directory_Parent: { category: "Identifier", keyOf: "Directory" },
    DefaultDir: { category: "DefaultDir" },
  },
} as const satisfies InstallerSchema;

/** Where folders are: one of the product in the 64-bit Program Files, and below it those of the tree. */
export function directoryTable({ folders }: InstallLayout, options: MsiOptions): Table {
  const root = fileNameColumn(options.folder, new Set());
  return table(directorySchema, [
    { Directory: "TARGETDIR", DefaultDir: "SourceDir" },
    { Directory: "ProgramFiles64Folder", Directory_Parent: "TARGETDIR", DefaultDir: "." },
    { Directory: rootFolder, Directory_Parent: "ProgramFiles64Folder", DefaultDir: root },
    ...folders.map(({ key, parent, name }) => ({ Directory: key, Directory_Parent: parent, DefaultDir: name })),
  ]);
}
