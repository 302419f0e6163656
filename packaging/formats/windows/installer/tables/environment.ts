import { type Table, table } from "../../database/table.ts";
import { folderKey, type InstallLayout } from "../layout.ts";
import type { MsiOptions } from "../options.ts";
import type { InstallerSchema } from "../schema.ts";

export const environmentSchema = {
  name: "Environment",
  keys: 1,
  columns: { Environment: "s72", Name: "l255", Value: "L255", Component_: "s72" },
  rules: {
    Environment: { category: "Identifier" },
    Name: { category: "Text" },
    Value: { category: "Formatted" },
    Component_: { category: "Identifier", keyOf: "Component" },
  },
} as const satisfies InstallerSchema;

/**
 * The folder that the machine's PATH gets with the first program in it, and loses with it. `=` writes, `-` removes with the component, `*` means the
 * machine's own variables; without `[~]`, which stands for what PATH was, it would be replaced.
 */
export function environmentTable({ files }: InstallLayout, { path }: MsiOptions): Table {
  const folder = path === undefined ? undefined : folderKey(path);
  const inside = files.filter((file) => file.folder === folder);
  const program = inside.find(({ entry }) => entry.path.toLowerCase().endsWith(".exe")) ?? inside[0];
  if (program === undefined) return table(environmentSchema, []);
  return table(environmentSchema, [
    { Environment: "path", Name: "=-*Path", Value: `[~];[${folder}]`, Component_: program.component },
  ]);
}
